/** Characters that Unicode does not take apart into an ASCII letter. */
const OTHERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  ẞ: 'SS',
  æ: 'ae',
  Æ: 'AE',
  œ: 'oe',
  Œ: 'OE',
  ø: 'o',
  Ø: 'O',
  đ: 'd',
  Đ: 'D',
  ð: 'd',
  Ð: 'D',
  ł: 'l',
  Ł: 'L',
  ħ: 'h',
  Ħ: 'H',
  ı: 'i',
  þ: 'th',
  Þ: 'TH',
  ŧ: 't',
  Ŧ: 'T',
  ŋ: 'n',
  Ŋ: 'N',
  ƀ: 'b',
  ə: 'a',
  Ə: 'A',
  '‘': "'",
  '’': "'",
  '‚': "'",
  '‛': "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '«': '"',
  '»': '"',
  '‹': "'",
  '›': "'",
  '‐': '-',
  '‑': '-',
  '‒': '-',
  '–': '-',
  '—': '-',
}

const NOT_ASCII = /\P{ASCII}/gu
const ASCII = /^[\x20-\x7e]+$/

/** Replaces letters of Latin with marks, and their like, by those of ASCII; others stay. */
export function asciiFolded(text: string): string {
  return text.replace(NOT_ASCII, (character) => {
    const plain = character.normalize('NFKD').replace(/\p{M}/gu, '')
    return OTHERS[character] ?? (ASCII.test(plain) ? plain : character)
  })
}
