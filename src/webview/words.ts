import type { PageStrings } from '../protocol/messages';

/** The template with `{0}` replaced by a value, as it is: it may hold `$&` or `{0}` itself. */
export function fill(template: string, value: string): string {
  return template.replace('{0}', () => value);
}

/** How many messages are new. */
export function countOfNews(count: number, { oneNew, manyNew }: Pick<PageStrings, 'oneNew' | 'manyNew'>): string {
  return count === 1 ? oneNew : fill(manyNew, String(count));
}
