import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { SYSTEM } from '../../db/queries/actor.ts';
import { sealEndpointSecrets } from '../../db/queries/seal-endpoint-secrets.ts';
import { rotateSecret } from '../../db/queries/webhook-endpoints.ts';
import { makeVault } from '../../db/vault.ts';
import { drawSecret, useDeliveryStage } from '../support/delivery-stage.ts';
import { testVault } from '../support/vault.ts';

const stage = useDeliveryStage();

test('after a rotation both secrets verify until the overlap is over, then only the new one', async () => {
  const { id, secret: old } = await stage.endpoint();
  const fresh = drawSecret();
  await rotateSecret(
    stage.db,
    { id, secretSealed: testVault.seal(id, fresh), overlapHours: 24 },
    SYSTEM,
  );
  await stage.events('bat_rotated', 1);
  await stage.deliver(id);
  const verifiedBy = (secret: string, place: number) => {
    const call = stage.receiver.received[place];
    try {
      return new Webhook(secret).verify(call?.body ?? '', call?.headers ?? {}) !== undefined;
    } catch {
      return false;
    }
  };
  expect([verifiedBy(old, 0), verifiedBy(fresh, 0), verifiedBy(drawSecret(), 0)]).toEqual([
    true,
    true,
    false,
  ]);
  await stage.run('update webhook_endpoints set old_secret_until = now() where id = $1', [id]);
  await stage.events('bat_rotated', 1);
  await stage.deliver(id);
  expect([verifiedBy(old, 1), verifiedBy(fresh, 1)]).toEqual([false, true]);
});

test('without an overlap the old secret ends at once', async () => {
  const { id } = await stage.endpoint();
  await rotateSecret(
    stage.db,
    { id, secretSealed: testVault.seal(id, drawSecret()), overlapHours: 0 },
    SYSTEM,
  );
  await stage.events('bat_hurried', 1);
  await stage.deliver(id);
  expect(stage.receiver.received[0]?.headers['webhook-signature']?.split(' ')).toHaveLength(1);
});

test('with a lost key of the vault nothing is sent and no try is used up', async () => {
  const { id } = await stage.endpoint();
  await stage.run('update webhook_endpoints set secret_sealed = $2 where id = $1', [
    id,
    'other.key',
  ]);
  await stage.events('bat_sealed', 1);
  await expect(stage.deliver(id)).rejects.toThrow('BURSAR_FIELD_KEYS');
  expect(stage.receiver.received).toEqual([]);
  expect(await stage.deliveriesOf(id)).toMatchObject([
    { status: 'PENDING', tries: 0, attempts: [] },
  ]);
});

test('secrets that an earlier key of the vault has sealed are sealed anew, and sign as before', async () => {
  const { id, secret } = await stage.endpoint();
  const fresh = drawSecret();
  await rotateSecret(
    stage.db,
    { id, secretSealed: testVault.seal(id, fresh), overlapHours: 1 },
    SYSTEM,
  );
  const former = { id: 'test', key: Buffer.alloc(32, 7) };
  const current = { id: 'next', key: Buffer.alloc(32, 8) };
  const both = makeVault({ keys: [current, former] });
  expect(await sealEndpointSecrets(stage.db, both)).toEqual({ sealed: 1, unreadable: 0 });
  expect(await sealEndpointSecrets(stage.db, both)).toEqual({ sealed: 0, unreadable: 0 });
  await stage.events('bat_resealed', 1);
  const vault = makeVault({ keys: [current] });
  await stage.deliver(id, { vault });
  const [call] = stage.receiver.taken;
  for (const each of [secret, fresh])
    expect(new Webhook(each).verify(call?.body ?? '', call?.headers ?? {})).toBeDefined();
  const lost = makeVault({ keys: [former] });
  expect(await sealEndpointSecrets(stage.db, lost)).toEqual({ sealed: 0, unreadable: 1 });
});
