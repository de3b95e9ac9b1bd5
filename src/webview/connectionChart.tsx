import type { VNode } from 'preact';
import type { ReportChart } from '../protocol/connectionReport';

/** Units of the drawing, which is scaled to the page's width. */
const BAR_WIDTH = 8;
const BAR_GAP = 2;
const HEIGHT = 60;

const kinds = ['answered', 'refused', 'failed'] as const;

/** Bars of how many requests ended in which way; the numbers stand in words in its label and in the table below it. */
export function ConnectionChart({ chart }: { readonly chart: ReportChart }): VNode {
  const { bars, label, legend, start, end } = chart;
  const most = Math.max(1, ...bars.map(({ answered, refused, failed }) => answered + refused + failed));
  return (
    <figure class="chart">
      <svg
        role="img"
        aria-label={label}
        viewBox={`0 0 ${bars.length * (BAR_WIDTH + BAR_GAP)} ${HEIGHT}`}
        preserveAspectRatio="none"
      >
        {bars.map((bar, index) => {
          let top = HEIGHT;
          return kinds.map((kind) => {
            const height = (bar[kind] / most) * HEIGHT;
            top -= height;
            return height === 0 ? null : (
              <rect
                key={`${index} ${kind}`}
                class={kind}
                x={index * (BAR_WIDTH + BAR_GAP)}
                y={top}
                width={BAR_WIDTH}
                height={height}
              />
            );
          });
        })}
      </svg>
      <div class="ends" aria-hidden="true">
        <span>{start}</span>
        <span>{end}</span>
      </div>
      <figcaption aria-hidden="true">
        {kinds.map((kind) => (
          <span key={kind} class="key">
            <svg class="swatch" viewBox="0 0 10 10" width="10" height="10">
              <rect class={kind} width="10" height="10" />
            </svg>
            {legend[kind]}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}
