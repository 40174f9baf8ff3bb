'use strict';

/* N/file. */

const { call } = use('inside/bridge');
const { moduleOf, enumOf } = use('inside/api');
const { fail, need } = use('inside/errors');
const { Encoding, Type, createFile, loadedFile } = use('inside/files');

const NameConflictResolution = enumOf(['FAIL', 'OVERWRITE', 'OVERWRITE_CONTENT_AND_ATTRIBUTES', 'RENAME_TO_UNIQUE']);
const ENCODINGS = new Set(Object.values(Encoding));

/** An internal id as a number, a path as text: both forms are taken, alone or as `id`. */
function refOf(options, member) {
  const id = options !== null && typeof options === 'object' ? options.id : options;
  if (id === undefined || id === null || id === '') fail('SSS_MISSING_REQD_ARGUMENT', `${member}: Missing a required argument: id`);
  return typeof id === 'string' && !/^-?\d+$/.test(id.trim()) ? `/${id.trim().replace(/^\.?\//, '')}` : Number(id);
}

exports.module = moduleOf('N/file', {
  Encoding,
  Type,
  NameConflictResolution,
  create(options) {
    const { name, fileType, contents, encoding } = need(options, 'file.create', 'name', 'fileType');
    if (!Object.hasOwn(Type, fileType)) fail('SSS_INVALID_TYPE_ARG', `You have entered an invalid type argument: ${String(fileType)}`);
    if (encoding !== undefined && encoding !== null && !ENCODINGS.has(encoding)) {
      fail('SSS_INVALID_TYPE_ARG', `You have entered an invalid encoding: ${String(encoding)}`);
    }
    const { description, folder, isInactive, isOnline } = options;
    return createFile({ name: String(name), fileType, encoding, description, folder, isInactive, isOnline }, String(contents ?? ''));
  },
  load: (options) => loadedFile(call('file.load', { id: refOf(options, 'file.load') })),
  delete: (options) => call('file.delete', { id: refOf(options, 'file.delete') }),
  copy(options) {
    const { id, folder, conflictResolution = NameConflictResolution.FAIL } = need(options, 'file.copy', 'id', 'folder');
    if (!Object.hasOwn(NameConflictResolution, conflictResolution)) {
      fail('INVALID_CONFLICT_RESOLUTION_1', `Invalid conflict resolution: ${String(conflictResolution)}`);
    }
    return loadedFile(call('file.copy', { id: Number(id), folder: Number(folder), conflict: conflictResolution }));
  },
});
