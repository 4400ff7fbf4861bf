/** What varies between two messages of one kind, most telling first. */
const VARIABLES = [
  /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi,
  /\b(?:req|chatcmpl|msg|org|key|call|resp|run|proj)[_-][0-9A-Za-z_-]{6,}/g,
  /\bhttps?:\/\/[^\s"'<>)]+/g,
  /\b\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?/g,
  /\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g,
  /\b(?=[0-9a-f]*\d)[0-9a-f]{12,}\b/gi,
  /(?<![\w.-])\d+(?:[.,]\d+)*(?=(?:ms|s|m|h|%|kb|mb|gb)?(?![\w-]))/gi,
]

const LONGEST_TEMPLATE = 200

/**
 * Returns the template of an error message: ids, addresses, times and numbers become `<*>`, so
 * that messages of one kind group together. Numbers inside names (`gpt-4o`) stay.
 */
export function errorTemplate(message: string): string {
  const line = message.replace(/\s+/g, ' ').trim().slice(0, 2_000)
  let template = line
  for (const variable of VARIABLES) template = template.replace(variable, '<*>')
  return template.slice(0, LONGEST_TEMPLATE)
}
