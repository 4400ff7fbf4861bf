import {
  type AliasMeta,
  type IndexState,
  planIndex,
  type Settings,
  type TemplateSet,
} from '../store/index.ts'

/** What holds for a log index besides its records. */
export interface LogPlan {
  /** From templates. */
  readonly settings: Settings
  /** Those of the templates, and those it was given. */
  readonly aliases: Readonly<Record<string, AliasMeta>>
  /** Aliases that come from templates alone: they cannot be taken away from it. */
  readonly templateAliases: readonly string[]
}

const PLANS = new WeakMap<IndexState, Map<string, LogPlan>>()

/**
 * Works out the aliases and settings of a log index. It comes into being with its first record,
 * so templates hold for every log index that their patterns fit, whenever they were put.
 */
export function logPlan(name: string, state: IndexState): LogPlan {
  let plans = PLANS.get(state)
  if (plans === undefined) {
    plans = new Map()
    PLANS.set(state, plans)
  }
  let plan = plans.get(name)
  if (plan === undefined) {
    plan = planned(name, state)
    plans.set(name, plan)
  }
  return plan
}

/** The templates of a state, as the store's functions take them. */
export function templateSet(state: IndexState): TemplateSet {
  return {
    index: new Map(Object.entries(state.templates)),
    component: new Map(Object.entries(state.componentTemplates)),
    legacy: new Map(Object.entries(state.legacyTemplates)),
  }
}

function planned(name: string, state: IndexState): LogPlan {
  const { settings, aliases } = planIndex(templateSet(state), name, {})
  const given = Object.hasOwn(state.logAliases, name) ? state.logAliases[name] : undefined
  return {
    settings: Object.fromEntries(
      [...settings].flatMap(([key, value]) => (value === null ? [] : [[key, value]])),
    ),
    aliases: { ...aliases, ...given },
    templateAliases: Object.keys(aliases).filter(
      (alias) => given === undefined || !Object.hasOwn(given, alias),
    ),
  }
}
