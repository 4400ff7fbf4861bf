import type { Panel } from './panel.ts'

export interface Place {
  readonly x: number
  readonly y: number
  readonly w: number
  readonly h: number
}

/** Columns of a dashboard in Kibana. */
const COLUMNS = 48

/**
 * Sets panels beside each other from left to right, in rows as high as their highest panel, and
 * returns the place of each.
 */
export function placed(
  panels: readonly Panel[],
  heightOf: (panel: Panel) => number,
): readonly (readonly [Panel, Place])[] {
  let x = 0
  let y = 0
  let rowHeight = 0
  return panels.map((panel) => {
    if (x + panel.width > COLUMNS) {
      x = 0
      y += rowHeight
      rowHeight = 0
    }
    const place = { x, y, w: panel.width, h: heightOf(panel) }
    x += panel.width
    rowHeight = Math.max(rowHeight, place.h)
    return [panel, place]
  })
}
