'use strict';

/*
 * Bundle and SDF installation scripts: they are told the versions (help topics "SDF Installation Script Type",
 * "Bundle Installation Script Type").
 */

exports.run = (point, { versions }) => point({ ...versions });

exports.finish = () => null;
