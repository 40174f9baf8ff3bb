'use strict';

/* N/compress. */

const { call } = use('inside/bridge');
const { moduleOf, enumOf, complete } = use('inside/api');
const { fail, need } = use('inside/errors');
const { File, loadedFile } = use('inside/files');

const Type = enumOf(['CPIO', 'TAR', 'TBZ2', 'TGZ', 'ZIP']);
const ENDINGS = [
  ['.zip', 'ZIP'], ['.tar', 'TAR'], ['.tgz', 'TGZ'], ['.tar.gz', 'TGZ'], ['.tbz2', 'TBZ2'], ['.tar.bz2', 'TBZ2'], ['.cpio', 'CPIO'],
];
const FILE_TYPES = { ZIP: 'ZIP', TAR: 'TAR', TGZ: 'GZIP', TBZ2: 'GZIP' };

function portable(file, member) {
  if (!(file instanceof File)) fail('SSS_INVALID_TYPE_ARG', `${member}: file is no file.File`);
  return file.portable();
}

class Archiver {
  #entries = new Map();

  add(options) {
    const { file, directory = '' } = need(options, 'Archiver.add', 'file');
    const entry = portable(file, 'Archiver.add');
    const folder = String(directory).replace(/^\/+|\/+$/g, '');
    const path = folder ? `${folder}/${file.name}` : file.name;
    if (this.#entries.has(path)) fail('COMPRESS_API_DUPLICATE_PATH', `The archive has a file ${path} already.`);
    this.#entries.set(path, entry);
  }

  /** The type is that of the name's ending where it is not given. */
  archive(options) {
    const { name, type } = need(options, 'Archiver.archive', 'name');
    const found = type ?? ENDINGS.find(([ending]) => String(name).toLowerCase().endsWith(ending))?.[1];
    if (found === undefined) fail('COMPRESS_API_UNRECOGNIZED_ARCHIVE_FILE_EXTENSION', `No archive type ends so: ${name}`);
    if (!Object.hasOwn(FILE_TYPES, found)) fail('COMPRESS_API_UNSUPPORTED_ARCHIVE_TYPE', `Unsupported archive type: ${String(found)}`);
    const entries = [...this.#entries].map(([path, file]) => ({ path, file }));
    return loadedFile({ name: String(name), type: FILE_TYPES[found], text: call('compress.archive', { type: found, entries }) });
  }

  toJSON() {
    return { type: 'compress.Archiver', files: [...this.#entries.keys()] };
  }

  toString() {
    return 'compress.Archiver';
  }
}

complete('N/compress', 'Archiver', Archiver);

exports.module = moduleOf('N/compress', {
  Type,
  createArchiver: () => new Archiver(),
  gzip(options) {
    const { file, level = 6 } = need(options, 'compress.gzip', 'file');
    if (!Number.isInteger(level) || level < 0 || level > 9) {
      fail('COMPRESS_API_COMPRESSION_LEVEL_OUT_OF_RANGE', 'The level is from 0 to 9.');
    }
    const text = call('compress.gzip', { file: portable(file, 'compress.gzip'), level });
    return loadedFile({ name: `${file.name}.gz`, type: 'GZIP', text });
  },
  gunzip(options) {
    const { file } = need(options, 'compress.gunzip', 'file');
    const name = file.name?.replace(/\.gz$/i, '');
    const text = call('compress.gunzip', { file: portable(file, 'compress.gunzip'), name });
    return loadedFile({ name, type: host.fileType(name), text });
  },
});
