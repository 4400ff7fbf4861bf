import { cruise, type ICruiseResult } from 'dependency-cruiser'
import { dependencyRules } from './dependency-rule.ts'

/** Fewer modules than this means that the parser read nothing: then the rule would pass unseen. */
const FEWEST_MODULES = 40

/** Files that break the dependency rule on purpose, and how many rules they break. */
const FIXTURE = 'test/fixtures/dependencies'
const FIXTURE_VIOLATIONS = ['no-cycle', 'record-imports', 'through-the-door']

async function check(root: string): Promise<ICruiseResult> {
  const { output } = await cruise([root], {
    parser: 'swc',
    validate: true,
    ruleSet: { forbidden: dependencyRules(root) },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.json'], exportsFields: ['exports'] },
    doNotFollow: { path: 'node_modules' },
  })
  return output as ICruiseResult
}

function brokenRules(result: ICruiseResult): string[] {
  return [...new Set(result.summary.violations.map(({ rule }) => rule.name))].sort((a, b) =>
    a < b ? -1 : 1,
  )
}

const fixture = brokenRules(await check(FIXTURE))
if (fixture.join() !== FIXTURE_VIOLATIONS.join()) {
  console.error(
    `the fixture must break ${FIXTURE_VIOLATIONS.join(', ')}, broken: ${fixture.join(', ')}`,
  )
  process.exit(1)
}

const source = await check('src')
for (const { rule, from, to } of source.summary.violations) {
  console.error(`${rule.name}: ${from} -> ${to}`)
}
const modules = source.modules.filter(({ source: name }) => name.startsWith('src/')).length
console.log(
  `${modules} modules, ${source.summary.violations.length} violations of the dependency rule`,
)
process.exit(source.summary.violations.length > 0 || modules < FEWEST_MODULES ? 1 : 0)
