/** What a URL answers within 5 s; where it does not, `ok` is false and `text` says why. */
export async function fetchText(url: string): Promise<{ ok: boolean; text: string }> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    return { ok: answer.ok, text: await answer.text() };
  } catch (error) {
    return { ok: false, text: String(error) };
  }
}
