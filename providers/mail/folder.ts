import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { composeMail, type MailSender } from './compose.ts';
import type { Mailer } from './port.ts';

/**
 * Writes each mail as `<id>.eml` into a folder instead of sending it: for development. The file is whole as
 * soon as it is there, and writing it again is the same.
 */
export const folderMailer = (folder: string, from: MailSender): Mailer => ({
  async send(message) {
    try {
      const file = path.join(folder, `${message.id}.eml`);
      await mkdir(folder, { recursive: true });
      const part = `${file}.${process.pid}.part`;
      const { raw } = await composeMail(message, from);
      await writeFile(part, raw);
      await rename(part, file);
      return { kind: 'accepted' };
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      return { kind: 'refused', permanent: false, reason: `the folder cannot be written: ${code}` };
    }
  },
  close: async () => {},
});
