import { CALLS, COST, COST_PER_CALL, split, TOKENS } from './metrics.ts'
import type { Dashboard } from './panel.ts'

const SPENDING = [COST, CALLS, TOKENS, COST_PER_CALL] as const

/** What calls cost. */
export const COST_DASHBOARD: Dashboard = {
  id: 'cost',
  title: 'Cost and usage',
  description: 'What calls cost, by day, model, team, key and user. Days are UTC days.',
  from: '30d',
  panels: [
    { kind: 'number', id: 'cost', title: 'Cost', width: 12, metric: COST },
    {
      kind: 'number',
      id: 'cost-per-call',
      title: 'Cost per call',
      description: 'Average over the calls that have a price.',
      width: 12,
      metric: COST_PER_CALL,
    },
    { kind: 'number', id: 'tokens', title: 'Tokens', width: 12, metric: TOKENS },
    { kind: 'number', id: 'paid-calls', title: 'Calls', width: 12, metric: CALLS },
    {
      kind: 'time',
      style: 'stacked',
      id: 'cost-per-day',
      title: 'Cost per day by model',
      width: 32,
      metrics: [COST],
      by: split('model', 'Model', 8),
      daily: true,
    },
    {
      kind: 'ranking',
      id: 'cost-by-model',
      title: 'Cost by model',
      width: 16,
      metric: COST,
      by: split('model', 'Model', 10),
    },
    {
      kind: 'time',
      style: 'stacked',
      id: 'tokens-per-day',
      title: 'Tokens per day',
      width: 24,
      metrics: [
        { label: 'Prompt', unit: 'tokens', of: { kind: 'sum', field: 'prompt_tokens' } },
        { label: 'Answer', unit: 'tokens', of: { kind: 'sum', field: 'completion_tokens' } },
      ],
      daily: true,
    },
    {
      kind: 'time',
      style: 'line',
      id: 'cost-per-call-by-model',
      title: 'Cost per call by model',
      width: 24,
      metrics: [COST_PER_CALL],
      by: split('model', 'Model', 5),
      daily: true,
    },
    {
      kind: 'table',
      id: 'spending-of-models',
      title: 'Models',
      width: 24,
      metrics: SPENDING,
      by: split('model', 'Model', 20),
    },
    {
      kind: 'table',
      id: 'spending-of-teams',
      title: 'Teams',
      width: 24,
      metrics: SPENDING,
      by: split('team', 'Team', 20),
    },
    {
      kind: 'table',
      id: 'spending-of-keys',
      title: 'Keys',
      width: 24,
      metrics: SPENDING,
      by: split('key_name', 'Key', 20),
    },
    {
      kind: 'table',
      id: 'spending-of-users',
      title: 'Users who cost most',
      width: 24,
      metrics: SPENDING,
      by: split('user_id', 'User', 20),
    },
  ],
}
