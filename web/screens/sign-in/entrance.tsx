import { useDocumentTitle } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { settings } from '../../lib/settings.ts';
import { InvitationForm } from './invitation-form.tsx';
import { PasswordForm } from './password-form.tsx';
import { SecondFactorForm } from './second-factor-form.tsx';
import classes from './entrance.module.css';

type Step = 'password' | 'second-factor' | 'invitation';

/** The way in: password and, for those who have one, a second factor; or an invitation first. */
export default function Entrance({ invited }: { invited: boolean }) {
  useDocumentTitle('Sign in · Bursar');
  const [step, setStep] = useState<Step>(invited ? 'invitation' : 'password');
  const [email, setEmail] = useState('');
  const queries = useQueryClient();
  const enter = () => void queries.resetQueries();
  return (
    <main id="main" className={classes['entrance']}>
      <div className={classes['card']}>
        <h1>Bursar</h1>
        {settings.test && <p className={classes['test']}>TEST: no money moves here.</p>}
        {step === 'password' && (
          <PasswordForm
            email={email}
            onEmail={setEmail}
            onSignedIn={enter}
            onSecondFactor={() => setStep('second-factor')}
            onInvitation={() => setStep('invitation')}
          />
        )}
        {step === 'second-factor' && (
          <SecondFactorForm onSignedIn={enter} onBack={() => setStep('password')} />
        )}
        {step === 'invitation' && (
          <InvitationForm
            onAccepted={(address) => {
              setEmail(address);
              setStep('password');
            }}
            onBack={() => setStep('password')}
          />
        )}
      </div>
    </main>
  );
}
