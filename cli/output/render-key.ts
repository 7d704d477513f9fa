import type { ApiKey } from '../answers.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';

/** A new key's secret, which is shown this once. */
export const newKeyText = ({ id, key }: { id: string; key: string }): string =>
  `${key}\n\nThis is the only time it is shown. Id: ${id}`;

/** Keys, one a line. */
export const keyTable = (keys: readonly ApiKey[], style: Style): string =>
  table(
    [
      { title: 'ID' },
      { title: 'NAME' },
      { title: 'ROLE' },
      { title: 'KEY' },
      { title: 'LAST USED' },
      { title: '' },
    ],
    keys.map((key) => [
      key.id,
      key.name,
      key.scopes === null ? key.role : `${key.role}: ${key.scopes.join(' ')}`,
      `${key.prefix}…`,
      key.lastUsedAt ?? 'never',
      remarkOn(key, style),
    ]),
    style.dim,
  );

function remarkOn({ revokedAt, frozenAt, expiresAt, cidrs }: ApiKey, style: Style): string {
  if (revokedAt !== null) return style.warn(`revoked ${revokedAt}`);
  if (frozenAt !== null) return style.bad(`frozen ${frozenAt}`);
  const from = cidrs.length === 0 ? [] : [`from ${cidrs.join(' ')}`];
  return [...(expiresAt === null ? [] : [`until ${expiresAt}`]), ...from].join(', ');
}
