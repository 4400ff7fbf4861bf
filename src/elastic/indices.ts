import type { Remote } from '../kernel/index.ts'
import type { DocumentIndices, Done, IndexEntry } from '../search/index.ts'

/** What the wire needs of all indices: those of documents and those of log records. */
export interface Indices
  extends Remote<
    Omit<DocumentIndices, 'changed' | 'changes' | 'applied' | 'reconcile' | 'dropped'>
  > {
  /** Every log index, newest day first. */
  logIndices(): Promise<readonly IndexEntry[]>
  /** Deletes the records of log indices for good; names that there are not are passed over. */
  dropLogIndices(names: readonly string[]): Promise<Done<true>>
  /** Resolves once searches find everything that was written before. */
  refresh(): Promise<void>
  /**
   * Settings of the cluster that were put, flat: `persistent.` or `transient.` and their name;
   * and `ilm.operation_mode`, `STOPPED` while no lifecycle policy may be carried out.
   */
  clusterSettings(): Promise<Readonly<Record<string, string | undefined>>>
  /** Null takes a setting away. On disk when it resolves. */
  putClusterSettings(settings: Readonly<Record<string, string | null>>): Promise<Done<true>>
}
