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

/** Returns the lower-case word without accents; the word itself when it has none. */
export function fold(word: string): string {
  if (!FOLDABLE.test(word)) return word
  return word
    .normalize('NFD')
    .replace(ACCENTS, '')
    .replace(LETTERS_TO_FOLD, (letter) => LETTERS[letter] ?? letter)
    .normalize('NFC')
}
