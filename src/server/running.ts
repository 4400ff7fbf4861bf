/** Something that was started, with the ports it got, until it is stopped. */
export interface Running<Settings = never> {
  readonly ports: Readonly<Record<string, number>>
  /** Takes other settings while it runs; absent where a restart is needed for that. */
  reload?(settings: Settings): void
  /**
   * Ends it in good order; resolves when nothing of it is left. What is still under way after
   * `withinMs` is broken off.
   */
  stop(withinMs: number): Promise<void>
}
