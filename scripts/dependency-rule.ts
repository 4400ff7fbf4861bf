/**
 * Who may import whom: the table of the layout (CONTRIBUTING.md). A folder that is missing here may
 * import nothing.
 */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  record: ['kernel'],
  journal: ['kernel', 'record'],
  accounts: ['kernel', 'record'],
  pipeline: ['kernel', 'record'],
  store: ['kernel', 'record'],
  relay: ['kernel', 'record', 'accounts', 'journal'],
  sinks: ['kernel', 'record', 'journal'],
  search: ['kernel', 'record', 'store'],
  elastic: ['kernel', 'record', 'search'],
  console: ['kernel', 'record', 'search', 'accounts'],
  playbook: ['kernel', 'record', 'accounts'],
  server: [
    'kernel',
    'record',
    'journal',
    'accounts',
    'pipeline',
    'store',
    'relay',
    'sinks',
    'search',
    'elastic',
    'console',
    'playbook',
  ],
  cli: ['kernel', 'server', 'playbook'],
}

const TEST = '[.]test[.]ts$'

/** The rule as dependency-cruiser takes it, for a source tree at `root`. */
export function dependencyRules(root: string) {
  const stages = Object.entries(MAY_IMPORT).map(([folder, allowed]) => ({
    name: `${folder}-imports`,
    severity: 'error' as const,
    comment: `${folder}/ may import ${allowed.join(', ') || 'nothing'} of src/`,
    from: { path: `^${root}/${folder}/`, pathNot: TEST },
    to: {
      path: `^${root}/`,
      pathNot: `^${root}/(${[folder, ...allowed].join('|')})/`,
    },
  }))
  return [
    ...stages,
    {
      name: 'through-the-door',
      severity: 'error' as const,
      comment: 'from outside, a folder is entered only through its index.ts',
      from: { path: `^${root}/([^/]+)/`, pathNot: TEST },
      to: { path: `^${root}/[^/]+/`, pathNot: [`^${root}/$1/`, `^${root}/[^/]+/index[.]ts$`] },
    },
    {
      name: 'no-cycle',
      severity: 'error' as const,
      comment: 'two files that need each other are one concept, or three',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      severity: 'error' as const,
      comment: 'a relative import that leads nowhere (packages are checked by tsc)',
      from: {},
      to: { couldNotResolve: true, path: '^[.]' },
    },
  ]
}
