/** A double as Java writes it: `50.0`, `99.9`, `1.0E7`. */
export function doubleText(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : value < 0 ? '-Infinity' : 'NaN'
  const size = Math.abs(value)
  if (size !== 0 && (size >= 1e7 || size < 1e-3)) {
    const [digits = '', exponent = '0'] = value.toExponential().split('e')
    const whole = digits.includes('.') ? digits : `${digits}.0`
    return `${whole}E${Number(exponent)}`
  }
  return Number.isInteger(value) ? value.toFixed(1) : String(value)
}
