import { notifications } from '@mantine/notifications';
import { answerOf } from '../../lib/api.ts';
import { providerLabel, PROVIDERS, type ProviderName } from '../../lib/words.ts';
import { AskDialog } from '../../ui/ask-dialog.tsx';
import { accountApi } from './api.ts';
import type { Account } from './queries.ts';
import { useRefreshRecipient } from './use-refresh-recipient.ts';

export type Decision = 'verify' | 'reject' | 'unblock';

const WORDS: Readonly<Record<Decision, { label: string; says: string; done: string }>> = {
  verify: {
    label: 'Verify',
    says: 'It is paid to from now on. Who changed where the money goes is not who verifies it.',
    done: 'Verified',
  },
  reject: {
    label: 'Reject',
    says: 'Nothing is paid to it until it is verified again.',
    done: 'Rejected',
  },
  unblock: {
    label: 'Lift the block',
    says: 'The provider refused it for good. Payments go to it again although nothing of it has changed.',
    done: 'The block is lifted',
  },
};

/** The provider of an account as the API takes it. */
export const providerOf = ({ provider }: Account): ProviderName | 'generic' =>
  Object.keys(PROVIDERS).find((name): name is ProviderName => name === provider) ?? 'generic';

/** Decides on an account after somebody has looked at it. */
export function DecideDialog({
  account,
  decision,
  onClose,
}: {
  account: Account;
  decision: Decision;
  onClose: () => void;
}) {
  const refresh = useRefreshRecipient();
  const { label, says, done } = WORDS[decision];
  return (
    <AskDialog
      title={`${label}: ${providerLabel(account.provider)} account`}
      label={label}
      act={() =>
        answerOf(
          accountApi[':provider'].accounts[':id'].$patch({
            param: { provider: providerOf(account), id: account.id },
            json:
              decision === 'unblock'
                ? { releaseBlock: true }
                : { kycStatus: decision === 'verify' ? 'APPROVED' : 'REJECTED' },
          }),
        )
      }
      onDone={async () => {
        onClose();
        notifications.show({ message: done });
        await refresh();
      }}
      onClose={onClose}
    >
      <p style={{ margin: 0 }}>
        <span className="mono">{account.accountRef}</span>
      </p>
      <p style={{ margin: 0 }}>{says}</p>
    </AskDialog>
  );
}
