/** Milliseconds that VS Code counted for one extension. */
export interface ActivationTime {
  readonly loadCode: number;
  readonly callActivate: number;
}

function cells(row: string): string[] {
  return row
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

/**
 * Reads one extension's line from the text of VS Code's own "Startup Performance" page, whose table of extensions has
 * the columns "Load Code" and "Call Activate". Throws when the page has no such line.
 */
export function readActivationTime(page: string, extensionId: string): ActivationTime {
  const rows = page.split(/\r?\n/).map(cells);
  const heading = rows.findIndex((row) => row[0] === 'Extension' && row.includes('Call Activate'));
  const columns = rows[heading] ?? [];
  const row = rows.slice(heading + 1).find(([id]) => id === extensionId);
  const loadCode = Number(row?.[columns.indexOf('Load Code')]);
  const callActivate = Number(row?.[columns.indexOf('Call Activate')]);
  if (heading < 0 || Number.isNaN(loadCode) || Number.isNaN(callActivate)) {
    throw new Error(`The Startup Performance page has no times for ${extensionId}.`);
  }
  return { loadCode, callActivate };
}
