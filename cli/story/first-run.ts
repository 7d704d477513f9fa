import type { StackInfo } from '../../stack/index.ts';
import { makeClient } from '../client.ts';
import { textOf } from '../errors.ts';
import type { Steps } from '../main-job/steps.ts';
import type { Style } from '../output/style.ts';
import { pairs } from '../output/table.ts';
import { makeSimulatorClient } from '../simulator-client.ts';
import { CAST } from './cast.ts';
import { ensureCast, type Cast } from './people.ts';
import { serveSignInLinks, type SignInLinks } from './sign-in-links.ts';
import { tellStory } from './tell.ts';

/** What a newcomer is given: people to sign in as, and the links that do it. */
export interface FirstRun {
  readonly cast: Cast;
  readonly links: SignInLinks;
}

interface Given {
  readonly info: Pick<StackInfo, 'apiUrl' | 'apiKey' | 'simulatorUrl' | 'webUrl'>;
  readonly dataDir: string;
  readonly steps: Steps;
  /** Whether there is to be story data, too. */
  readonly story: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Makes three people on a stack, the story they find, and links that sign in as each. Only for the
 * stack of a newcomer, whose API is on this machine alone. Where it does not work, a line says why and
 * everything else goes on without: undefined.
 */
export async function prepareFirstRun(given: Given): Promise<FirstRun | undefined> {
  const { info, dataDir, steps, story, signal } = given;
  const client = makeClient({ url: info.apiUrl, apiKey: info.apiKey, source: 'the stack' });
  try {
    const cast = await steps.run(
      'people',
      () => ensureCast(client, dataDir),
      () => `people: ${CAST.map(({ part }) => part).join(', ')}`,
    );
    const simulator = makeSimulatorClient(info.simulatorUrl);
    if (story) {
      await steps.run(
        'story',
        () => tellStory({ client, simulator, cast, ...(signal && { signal }) }),
        (told) => (told ? 'story data for the console' : 'story data is there already'),
      );
    }
    const consoleUrl = `${info.webUrl}/console/`;
    return { cast, links: await serveSignInLinks(cast, { apiUrl: info.apiUrl, consoleUrl }) };
  } catch (error) {
    signal?.throwIfAborted();
    steps.line(`${steps.style.warn('!')} no people to sign in as: ${textOf(error)}`);
    return undefined;
  }
}

/** Who can be signed in as, and how. */
export function signInText({ cast, links }: FirstRun, style: Style): string {
  const lines = CAST.map(({ part }): [string, string] => [part, style.accent(links.urls[part])]);
  const emails = CAST.map(({ email }) => email).join(', ');
  return `
Sign in to the console as one of three people; each link works once, for 15 minutes:
${pairs(lines)}
or there with ${emails}
and the password ${style.bold(cast.password)}   (two at once: one of them in a private window)`;
}
