/**
 * The part of `yaml` that is used. It is loaded late by this file and not by its name: of a package in
 * CommonJS that is loaded late a bundle in several files has no named exports.
 */
export { parseAllDocuments } from 'yaml';
