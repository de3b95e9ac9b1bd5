/** The template with `{0}` replaced by a value, as it is: it may hold `$&` or `{0}` itself. */
export function fill(template: string, value: string): string {
  return template.replace('{0}', () => value);
}
