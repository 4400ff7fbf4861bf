import { Skeleton } from '@mantine/core'

const ROWS = ['100%', '82%', '64%', '50%', '38%', '30%']

/** Stands where a table will be. */
export function PanelRowsSkeleton() {
  return (
    <div aria-busy>
      {ROWS.map((width) => (
        <Skeleton key={width} height={14} mt={16} width={width} />
      ))}
    </div>
  )
}
