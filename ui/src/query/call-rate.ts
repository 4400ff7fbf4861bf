const UNITS = [
  { unit: 'second', seconds: 1 },
  { unit: 'minute', seconds: 60 },
  { unit: 'hour', seconds: 3_600 },
] as const

export interface CallRate {
  readonly unit: (typeof UNITS)[number]['unit']
  readonly value: number
}

/** Says how often calls come, per the shortest unit of time that sees at least one of them. */
export function callRate(calls: number, seconds: number): CallRate {
  const perSecond = calls / seconds
  const fitting = UNITS.find((each) => perSecond * each.seconds >= 1) ?? UNITS[2]
  return { unit: fitting.unit, value: perSecond * fitting.seconds }
}
