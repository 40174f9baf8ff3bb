/**
 * Hands out a file of the File Cabinet by its path.
 *
 * @NApiVersion 2.1
 * @NScriptType Restlet
 */
define(['N/file'], (file) => {
  const get = ({ path }) => {
    const found = file.load({ id: path });
    return { name: found.name, type: found.fileType, contents: found.getContents() };
  };

  return { get };
});
