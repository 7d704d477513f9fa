import { send } from './http.ts';

/** Gets a file from the API and hands it to the person. A refusal is thrown, so that it can be shown. */
export async function download(path: string): Promise<void> {
  const answer = await send(path);
  const named = /filename="([^"]+)"/.exec(answer.headers.get('content-disposition') ?? '');
  const address = URL.createObjectURL(await answer.blob());
  const link = document.createElement('a');
  link.href = address;
  link.download = named?.[1] ?? 'bursar.csv';
  link.click();
  URL.revokeObjectURL(address);
}
