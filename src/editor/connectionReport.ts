import * as vscode from 'vscode';
import { PRIORITIES, type Priority } from '../chapi/requestBudget';
import type { Fault } from '../chat/fault';
import type { RoomName } from '../chat/message';
import type { ConnectionReport, ReportChart, ReportSection } from '../protocol/connectionReport';
import type { ConnectionDetails } from '../sync/feed';
import { ageText, durationText } from './durations';
import { learnedRows } from './learnedReport';

/** What a report is made of. */
export interface ReportSource {
  /** The state in one sentence. */
  readonly summary: string;
  /** Absent while there is no key, or an address that may not be used. */
  readonly details: ConnectionDetails | undefined;
  /** Names and values of what the chat runs in. */
  readonly surroundings: readonly (readonly [string, string])[];
}

/** Who reads the report: this person, or whoever a bug report is for. */
export interface ReportReader {
  readonly roomTitle: (room: RoomName, index: number) => string;
}

/** A reader who is told neither rooms nor names. */
export const stranger: ReportReader = {
  roomTitle: (_, index) => vscode.l10n.t('Room {0}', index + 1),
};

/** The connection details in words. Holds no message and no key, and of rooms what the reader may know. */
export function connectionReport(source: ReportSource, reader: ReportReader): ConnectionReport {
  const { summary, details, surroundings } = source;
  const chart = details === undefined ? undefined : reportChart(details);
  return {
    title: vscode.l10n.t('Connection Details'),
    summary,
    ...(chart === undefined ? {} : { chart }),
    sections: [
      ...(details === undefined ? [] : detailSections(details, reader)),
      { heading: vscode.l10n.t('Surroundings'), rows: surroundings },
    ],
    copy: vscode.l10n.t('Copy as Text'),
    copied: vscode.l10n.t('Copied, without the key and the names of rooms.'),
  };
}

/** The report as plain text for a bug report. */
export function connectionReportText({ title, summary, chart, sections }: ConnectionReport): string {
  const blocks = sections.map(({ heading, columns, rows }) => {
    const lines = rows.map(([name = '', ...cells]) => {
      const values = columns === undefined ? cells : cells.map((cell, index) => `${columns[index + 1] ?? ''} ${cell}`);
      return `- ${name}: ${values.join(', ')}`;
    });
    return [`## ${heading}`, ...lines].join('\n');
  });
  const picture = chart === undefined ? [] : [`${chart.label}\n${sparkline(chart)}`];
  return `${[`# ${title}`, summary, ...picture, ...blocks].join('\n\n')}\n`;
}

function sparkline({ bars }: ReportChart): string {
  const steps = '▁▂▃▄▅▆▇█';
  const totals = bars.map(({ answered, refused, failed }) => answered + refused + failed);
  const most = Math.max(1, ...totals);
  return totals
    .map((total) => (total === 0 ? '·' : steps.charAt(Math.ceil((total / most) * steps.length) - 1)))
    .join('');
}

function reportChart({ chart, chartStepMs }: ConnectionDetails): ReportChart {
  const sum = (kind: keyof (typeof chart)[number]): number => chart.reduce((total, bar) => total + bar[kind], 0);
  const length = durationText(chart.length * chartStepMs);
  return {
    label: vscode.l10n.t(
      'Requests of the last {0}, in steps of {1}: {2} answered, {3} refused, {4} failed.',
      length,
      durationText(chartStepMs),
      sum('answered'),
      sum('refused'),
      sum('failed'),
    ),
    bars: chart,
    legend: {
      answered: vscode.l10n.t('Answered'),
      refused: vscode.l10n.t('Refused'),
      failed: vscode.l10n.t('Failed'),
    },
    start: ageText(chart.length * chartStepMs),
    end: vscode.l10n.t('Now'),
  };
}

function detailSections(details: ConnectionDetails, reader: ReportReader): readonly ReportSection[] {
  const { lastMinute, troubles } = details;
  const learned = learnedRows(details.learned);
  return [
    { heading: vscode.l10n.t('Messages'), rows: timeRows(details, reader) },
    {
      heading: vscode.l10n.t('Requests in the last minute'),
      columns: [vscode.l10n.t('Kind'), vscode.l10n.t('Answered'), vscode.l10n.t('Refused'), vscode.l10n.t('Failed')],
      rows: PRIORITIES.map((priority) => {
        const { answered, refused, failed } = lastMinute[priority];
        return [priorityText(priority), String(answered), String(refused), String(failed)];
      }),
    },
    ...(troubles.length === 0
      ? []
      : [
          {
            heading: vscode.l10n.t('What went wrong'),
            columns: [vscode.l10n.t('When'), vscode.l10n.t('Kind'), vscode.l10n.t('Reason')],
            rows: troubles.map(({ agoMs, priority, fault }) => [
              ageText(agoMs),
              priorityText(priority),
              reasonText(fault),
            ]),
          },
        ]),
    {
      heading: vscode.l10n.t('Learned of the service'),
      rows: learned.length > 0 ? learned : [[vscode.l10n.t('nothing yet')]],
    },
  ];
}

function timeRows(details: ConnectionDetails, reader: ReportReader): readonly (readonly string[])[] {
  const { lastSuccessMs, answerMs, delays, clock, next, rooms } = details;
  const none = vscode.l10n.t('none yet');
  const looked = rooms.findIndex(({ room }) => room === next?.room);
  return [
    [vscode.l10n.t('Last success'), lastSuccessMs === undefined ? none : ageText(lastSuccessMs)],
    [
      vscode.l10n.t('Next look'),
      next === undefined
        ? vscode.l10n.t('under way')
        : vscode.l10n.t('in {0}, at {1}', durationText(next.inMs), reader.roomTitle(next.room, looked)),
    ],
    ...(details.sharedIntervalMs === undefined
      ? []
      : [
          [
            vscode.l10n.t('Others use this key too'),
            vscode.l10n.t('a look every {0}', durationText(details.sharedIntervalMs)),
          ],
        ]),
    [vscode.l10n.t('Time to an answer'), answerMs === undefined ? none : durationText(answerMs)],
    [
      vscode.l10n.t('Delay of messages'),
      delays === undefined
        ? none
        : vscode.l10n.t(
            '{0} for the last one; of {1}, the median {2}, the longest {3}',
            durationText(delays.lastMs),
            delays.count,
            durationText(delays.medianMs),
            durationText(delays.longestMs),
          ),
    ],
    [vscode.l10n.t("This machine's clock"), clock === undefined ? vscode.l10n.t('not compared') : clockText(clock)],
  ];
}

function clockText({ aheadMs, toleranceMs }: NonNullable<ConnectionDetails['clock']>): string {
  if (Math.abs(aheadMs) <= Math.max(toleranceMs, 1000)) return vscode.l10n.t("agrees with the service's");
  return aheadMs > 0
    ? vscode.l10n.t("is {0} ahead of the service's", durationText(aheadMs))
    : vscode.l10n.t("is {0} behind the service's", durationText(-aheadMs));
}

function priorityText(priority: Priority): string {
  switch (priority) {
    case 'send':
      return vscode.l10n.t('Sends');
    case 'openRoom':
      return vscode.l10n.t('Open room');
    case 'loadOlder':
      return vscode.l10n.t('Older messages');
    case 'otherRooms':
      return vscode.l10n.t('Other rooms');
  }
}

/** Short: the banner and the messages themselves say what to do. */
function reasonText(fault: Fault): string {
  switch (fault.kind) {
    case 'unauthorized':
      return vscode.l10n.t('key refused');
    case 'forbidden':
      return vscode.l10n.t('room refused');
    case 'noSuchRoom':
      return vscode.l10n.t('no such room');
    case 'throttled':
      return fault.retryAfterMs === undefined
        ? vscode.l10n.t('too many requests')
        : vscode.l10n.t('too many requests, wait {0}', durationText(fault.retryAfterMs));
    case 'server':
      return fault.retryAfterMs === undefined
        ? vscode.l10n.t('status {0}', fault.status)
        : vscode.l10n.t('status {0}, wait {1}', fault.status, durationText(fault.retryAfterMs));
    case 'network':
      return vscode.l10n.t('no connection ({0})', fault.code);
    case 'timeout':
      return vscode.l10n.t('no answer in time');
    case 'badAnswer':
      return vscode.l10n.t('not an answer of the service ({0})', fault.detail);
    case 'tooLarge':
      return vscode.l10n.t('answer too large');
  }
}
