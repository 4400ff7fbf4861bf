import type { IndexSource } from '../../src/search/index.ts'

/** No document indices at all. */
export const NO_INDICES: IndexSource = {
  state: async () => ({
    version: 0,
    indices: [],
    templates: {},
    componentTemplates: {},
    legacyTemplates: {},
    policies: {},
    dataStreams: [],
    logAliases: {},
  }),
  tables: async () => new Map(),
  hold: async () => new Map(),
  release: async () => undefined,
}
