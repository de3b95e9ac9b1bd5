import type { VNode } from 'preact';
import type { PageConnection } from '../protocol/messages';
import { Icon, type IconName } from './icons';

const icons: Readonly<Record<PageConnection['status'], IconName>> = {
  online: 'warning',
  connecting: 'clock',
  offline: 'warning',
  unauthorized: 'error',
  throttled: 'clock',
  outdated: 'warning',
};

/** How the connection stands, when there is something to say. Always present, so that a change of it is announced. */
export function ConnectionBanner({ connection: { status, text } }: { readonly connection: PageConnection }): VNode {
  return (
    <div role="status" class="banner" data-status={status}>
      {text !== undefined && text !== '' && (
        <p>
          <Icon name={icons[status]} />
          <span>{text}</span>
        </p>
      )}
    </div>
  );
}
