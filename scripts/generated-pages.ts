import { configJsonSchema, ERRORS } from '../src/kernel/index.ts'
import { recordPage } from '../src/record/index.ts'

interface SchemaNode {
  readonly type?: string
  readonly description?: string
  readonly default?: unknown
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly required?: readonly string[]
  readonly additionalProperties?: SchemaNode | boolean
  readonly items?: SchemaNode
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
    '`bellwether.yaml`, given with `--config FILE`. Every setting has a default or may be left out:',
    'without a file everything works. `${NAME}` is replaced by the environment variable. Check a',
    'file with `npx bellwether config check --config FILE`. Made from `src/kernel/config-schema.ts`',
    'by `npm run docs`.',
    '',
    '`NAME` stands for a name of your choice, `[]` for each entry of a list. What is off is on once',
    'it is given: `hedge: {}` is enough. What is required is so where the group around it is given.',
    '',
    '| setting | default | meaning |',
    '|---|---|---|',
    ...rows(configJsonSchema() as SchemaNode, ''),
    '',
    'What the settings do together: [relay](relay.md), [providers](providers.md). Which of them take',
    'effect without a restart: [operations](operations.md#changing-the-configuration).',
    '',
    'Providers also come from the environment: `OPENAI_API_KEY`, `ANTHROPIC_API_KEY`,',
    '`GEMINI_API_KEY`, `DEEPSEEK_API_KEY`, each with its `…_BASE_URL`. Without any provider',
    'simulated ones are started.',
    '',
  ].join('\n')
}

/** The row of a setting and those of what stands in it; a group has one where it is described. */
function rows(node: SchemaNode, path: string, fallback = ''): string[] {
  const { properties, additionalProperties, items, required = [], description } = node
  const own = description === undefined ? [] : [row(path, fallback, description)]
  if (properties !== undefined) {
    const inside = Object.entries(properties).flatMap(([name, child]) =>
      rows(
        child,
        path === '' ? name : `${path}.${name}`,
        fallbackOf(child, required.includes(name)),
      ),
    )
    return [...own, ...inside]
  }
  if (items?.properties !== undefined) return [...own, ...rows(items, `${path}[]`)]
  if (typeof additionalProperties === 'object') {
    return [...own, ...rows(additionalProperties, `${path}.NAME`)]
  }
  const choice =
    node.enum === undefined ? '' : `: ${node.enum.map((each) => `\`${each}\``).join(', ')}`
  return [row(path, fallback, `${description ?? ''}${choice}`)]
}

function row(path: string, fallback: string, meaning: string): string {
  return `| \`${path}\` | ${fallback} | ${meaning} |`
}

/** What holds where a setting is left out; nothing is said of groups that are always there. */
function fallbackOf(node: SchemaNode, isRequired: boolean): string {
  if (isRequired) return 'required'
  if (node.default === undefined) return node.properties === undefined ? '' : 'off'
  const isEmpty = typeof node.default === 'object' && Object.keys(node.default ?? {}).length === 0
  return isEmpty ? '' : `\`${JSON.stringify(node.default)}\``
}
