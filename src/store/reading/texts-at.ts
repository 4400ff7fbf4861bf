import { isRawNumber } from '../mapping/raw-number.ts'

/**
 * Texts of a document at a path like `a.b`, where objects may lie in lists at any place and names
 * may hold dots (`{"a.b": …}`). Numbers and booleans are given as they were written.
 */
export function textsAt(value: unknown, path: string): readonly string[] {
  const texts: string[] = []
  addTexts(value, path, texts)
  return texts
}

function addTexts(value: unknown, path: string | undefined, texts: string[]): void {
  if (Array.isArray(value)) {
    for (const item of value) addTexts(item, path, texts)
  } else if (path === undefined) addText(value, texts)
  else if (typeof value === 'object' && value !== null && !isRawNumber(value)) {
    addMembers(value, path, texts)
  }
}

function addMembers(value: object, path: string, texts: string[]): void {
  if (Object.hasOwn(value, path)) addTexts(Reflect.get(value, path), undefined, texts)
  for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
    const name = path.slice(0, dot)
    if (Object.hasOwn(value, name)) addTexts(Reflect.get(value, name), path.slice(dot + 1), texts)
  }
}

function addText(value: unknown, texts: string[]): void {
  if (typeof value === 'string') texts.push(value)
  else if (typeof value === 'number' || typeof value === 'boolean') texts.push(String(value))
  else if (isRawNumber(value)) texts.push(value.rawJSON)
}
