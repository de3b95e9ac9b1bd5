import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { ConnectionReport, ReportSection } from '../protocol/connectionReport';
import { ConnectionChart } from './connectionChart';

/** The connection details: what the host says in words, as headings, tables and one chart. */
export function ConnectionPage({
  report,
  onCopy,
}: {
  readonly report: ConnectionReport;
  /** Resolves when the text is in the clipboard. */
  readonly onCopy: () => Promise<void>;
}): VNode {
  const [status, setStatus] = useState('');
  const copy = async (): Promise<void> => {
    // Emptied first, so that it is said again the second time.
    setStatus('');
    try {
      await onCopy();
      setStatus(report.copied);
    } catch (error) {
      setStatus(error instanceof Error ? error.message : 'unknown error');
    }
  };
  return (
    <main>
      <h1>{report.title}</h1>
      <p class="summary">{report.summary}</p>
      <div class="actions">
        <button type="button" onClick={() => void copy()}>
          {report.copy}
        </button>
        <span role="status">{status}</span>
      </div>
      {report.chart === undefined ? null : <ConnectionChart chart={report.chart} />}
      {report.sections.map((section) => (
        <Section key={section.heading} section={section} />
      ))}
    </main>
  );
}

function Section({ section: { heading, columns, rows } }: { readonly section: ReportSection }): VNode {
  return (
    <section>
      <h2>{heading}</h2>
      <table aria-label={heading}>
        {columns === undefined ? null : (
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
        )}
        <tbody>
          {rows.map(([name, ...cells], row) => (
            <tr key={row}>
              <th scope="row">{name}</th>
              {cells.map((cell, column) => (
                <td key={column}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
