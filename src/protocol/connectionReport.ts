import type { Guards } from './channel';

/** One bar of the chart: how many requests of some seconds ended in which way. */
export interface ChartBar {
  readonly answered: number;
  readonly refused: number;
  readonly failed: number;
}

/** The chart of the last minutes, in numbers and words. */
export interface ReportChart {
  /** What the picture says, for those who listen. */
  readonly label: string;
  /** Oldest first. */
  readonly bars: readonly ChartBar[];
  readonly legend: { readonly answered: string; readonly refused: string; readonly failed: string };
  /** What stands below the chart's two ends. */
  readonly start: string;
  readonly end: string;
}

/** A table. The first cell of each row names the row. */
export interface ReportSection {
  readonly heading: string;
  /** Absent where a row is a name and a value. */
  readonly columns?: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The connection details in the person's language, ready to be shown. */
export interface ConnectionReport {
  readonly title: string;
  /** The state in one sentence. */
  readonly summary: string;
  /** Absent while there is nothing to talk to. */
  readonly chart?: ReportChart;
  readonly sections: readonly ReportSection[];
  /** Words of the button, before and after. */
  readonly copy: string;
  readonly copied: string;
}

/** What the page asks of the host. */
export interface ConnectionRequests {
  ready: { readonly params: undefined; readonly result: ConnectionReport };
  /** Puts the report, without the names of rooms, into the clipboard. */
  copy: { readonly params: undefined; readonly result: undefined };
}

/** What the host tells the page. */
export interface ConnectionHostNotices {
  report: ConnectionReport;
}

const nothing = (): undefined => undefined;

/** The page's requests, as the host lets them in. */
export const connectionRequestGuards: Guards<{
  [Method in keyof ConnectionRequests]: ConnectionRequests[Method]['params'];
}> = { ready: nothing, copy: nothing };

/** The host's notices, as the page lets them in: the host is the page's own maker, so that only the shape is looked at. */
export const connectionNoticeGuards: Guards<ConnectionHostNotices> = {
  report: (value) => {
    const report = value as Partial<ConnectionReport> | null;
    if (typeof report !== 'object' || !Array.isArray(report?.sections)) throw new Error('expected a report');
    return report as ConnectionReport;
  },
};
