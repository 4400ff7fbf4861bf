import type { StoreReader, TextReader } from '../../src/store/index.ts'

/** A reader of texts in this thread, seen as if it were in another. */
export function remoteTexts(
  texts: TextReader,
): ConstructorParameters<typeof StoreReader>[0]['text'] {
  return new Proxy(texts, {
    get(target, name) {
      const method = Reflect.get(target, name) as (...values: readonly unknown[]) => unknown
      return async (...values: readonly unknown[]) => method.apply(target, [...values])
    },
  }) as unknown as ConstructorParameters<typeof StoreReader>[0]['text']
}
