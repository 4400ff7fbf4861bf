/**
 * Opens several things that depend on each other: `open` puts on the stack how each is closed.
 * When it fails, what was open by then is closed again, the last first.
 */
export async function cleaningUp<T>(
  open: (opened: AsyncDisposableStack) => Promise<T>,
): Promise<T> {
  const opened = new AsyncDisposableStack()
  try {
    return await open(opened)
  } catch (error) {
    await opened.disposeAsync()
    throw error
  }
}
