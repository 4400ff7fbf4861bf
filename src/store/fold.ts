const FOLDABLE = /[^\x20-\x7e]/
/** Accents of Latin, Greek and Cyrillic; the marks of other scripts are letters in their own right. */
const ACCENTS = /[\u0300-\u036f]/g
/** Letters that Unicode does not take apart. */
const LETTERS: Readonly<Record<string, string>> = {
  đ: 'd',
  ð: 'd',
  ł: 'l',
  ø: 'o',
  ħ: 'h',
  ı: 'i',
  æ: 'ae',
  œ: 'oe',
  ß: 'ss',
}
const LETTERS_TO_FOLD = /[đðłøħıæœß]/g

/** Words folded lately; beyond so many they are forgotten. A language's usual words are fewer. */
const MOST_KNOWN = 1 << 15
/** Longer texts are no words. */
const LONGEST = 64

const known = new Map<string, string>()

/** Returns the lower-case word without accents; the word itself when it has none. */
export function fold(word: string): string {
  if (!FOLDABLE.test(word)) return word
  const found = known.get(word)
  if (found !== undefined) return found
  const folded = foldAnew(word)
  if (word.length <= LONGEST) {
    if (known.size >= MOST_KNOWN) known.clear()
    known.set(word, folded)
  }
  return folded
}

function foldAnew(word: string): string {
  return word
    .normalize('NFD')
    .replace(ACCENTS, '')
    .replace(LETTERS_TO_FOLD, (letter) => LETTERS[letter] ?? letter)
    .normalize('NFC')
}
