import { access, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Kinds of file system on which people keep data; the others are the system's own. */
const dataFileSystems =
  /^(ext[234]|xfs|btrfs|zfs|f2fs|vfat|exfat|ntfs3?|fuseblk|fuse\.(sshfs|rclone)|nfs4?|cifs|lustre|9p|virtiofs)$/;
/** Mounted for the system, whatever the kind. */
const systemPlaces = /^\/(boot|efi|etc|proc|run(?!\/media)|snap|sys|dev|usr|var\/lib)(\/|$)/;

/** Lists the roots of the disks and shares that are mounted beside the root of the system. */
export async function listMountPoints(): Promise<string[]> {
  switch (process.platform) {
    case 'linux':
      return parseMounts(await readFile('/proc/self/mounts', 'utf8').catch(() => ''));
    case 'darwin':
      return (await readdir('/Volumes').catch(() => [])).map((name) => join('/Volumes', name));
    case 'win32':
      return listDrives();
    default:
      return [];
  }
}

/**
 * Finds the folders under which disks and shares of people are mounted.
 *
 * @param text of `/proc/self/mounts`: device, place, kind and more in each line, with spaces as `\040`
 */
export function parseMounts(text: string): string[] {
  const places = text.split('\n').flatMap((line) => {
    const [, place = '/', kind = ''] = line.split(' ');
    const path = place.replace(/\\([0-7]{3})/g, (_, octal: string) =>
      String.fromCharCode(Number.parseInt(octal, 8)),
    );
    return path !== '/' && dataFileSystems.test(kind) && !systemPlaces.test(path) ? [path] : [];
  });
  return [...new Set(places)].sort();
}

async function listDrives(): Promise<string[]> {
  const letters = Array.from({ length: 26 }, (_, n) => `${String.fromCharCode(65 + n)}:\\`);
  const found = await Promise.all(
    letters.map((drive) =>
      access(drive).then(
        () => [drive],
        () => [],
      ),
    ),
  );
  return found.flat();
}
