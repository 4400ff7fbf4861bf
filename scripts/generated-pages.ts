import { configJsonSchema, ERRORS } from '../src/kernel/index.ts'
import { recordPage } from '../src/record/index.ts'

interface SchemaNode {
  readonly type?: string
  readonly description?: string
  readonly default?: unknown
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly additionalProperties?: SchemaNode | boolean
}

/** The pages that are made from the code, by file name. */
export function generatedPages(): ReadonlyMap<string, string> {
  return new Map([
    ['docs/record.md', recordPage()],
    ['docs/errors.md', errorsPage()],
    ['docs/configuration.md', configurationPage()],
  ])
}

function errorsPage(): string {
  const rows = Object.entries(ERRORS).map(
    ([code, { status, message }]) => `| \`${code}\` | ${status} | ${message} |`,
  )
  return [
    '# Errors',
    '',
    'Every failure that is told to a person has a code. Codes are public and never renamed. Made',
    'from `src/kernel/errors.ts` by `npm run docs`.',
    '',
    '| code | HTTP status | message |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}

function configurationPage(): string {
  return [
    '# Configuration',
    '',
    '`bellwether.yaml`, given with `--config FILE`. Every setting has a default: without a file',
    'everything works. `${NAME}` is replaced by the environment variable. Check a file with',
    '`npx bellwether config check --config FILE`. Made from `src/kernel/config-schema.ts` by',
    '`npm run docs`.',
    '',
    '| setting | default | meaning |',
    '|---|---|---|',
    ...rows(configJsonSchema() as SchemaNode, ''),
    '',
    'Providers also come from the environment: `OPENAI_API_KEY`, `ANTHROPIC_API_KEY`,',
    '`GEMINI_API_KEY`, `DEEPSEEK_API_KEY`, each with its `…_BASE_URL`. Without any provider',
    'simulated ones are started.',
    '',
  ].join('\n')
}

function rows(node: SchemaNode, path: string): string[] {
  const named = Object.entries(node.properties ?? {})
  const open = typeof node.additionalProperties === 'object' ? node.additionalProperties : undefined
  if (named.length > 0) {
    return named.flatMap(([name, child]) => rows(child, path === '' ? name : `${path}.${name}`))
  }
  if (open !== undefined) return rows(open, `${path}.NAME`)
  const fallback = node.default === undefined ? '' : `\`${JSON.stringify(node.default)}\``
  const choice =
    node.enum === undefined ? '' : `: ${node.enum.map((each) => `\`${each}\``).join(', ')}`
  return [`| \`${path}\` | ${fallback} | ${node.description ?? ''}${choice} |`]
}
