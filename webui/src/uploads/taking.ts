/** Which files a paste or a drop brings. */

/** The files of a paste; none when text came along that is more than their names: a table comes with a picture of itself. */
export function pastedFiles(data: Pick<DataTransfer, 'files' | 'getData'>): File[] {
  const files = [...data.files];
  const names = new Set(files.map((f) => f.name));
  const lines = data.getData('text/plain').split(/\r?\n/).filter((line) => line.trim() !== '');
  return lines.every((line) => names.has(line.trim().split(/[\\/]/).at(-1) ?? '')) ? files : [];
}

export const bringsFiles = (data: Pick<DataTransfer, 'types'> | null): boolean => data?.types.includes('Files') ?? false;

/** The files of a drop, and whether a folder was among them, which cannot be sent. */
export function droppedFiles(data: DataTransfer): { files: File[]; folders: boolean } {
  const entries = [...data.items].filter((item) => item.kind === 'file').map((item) => ({ file: item.getAsFile(), folder: item.webkitGetAsEntry()?.isDirectory ?? false }));
  return { files: entries.flatMap(({ file, folder }) => (file && !folder ? [file] : [])), folders: entries.some((e) => e.folder) };
}
