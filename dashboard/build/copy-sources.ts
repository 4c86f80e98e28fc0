import { cpSync } from 'node:fs';
import { join, relative } from 'node:path';

const sources = join(__dirname, '..');
const target = join(__dirname, '..', '..', 'dist', 'dashboard');

/** What only this repository needs. */
const ofTheRepository = /^(build|tsconfig\.json|README\.md)|\.spec\.tsx?$/;

// The sources travel as they are: each shop builds its dashboard with the extensions of its own plugins.
cpSync(sources, target, { recursive: true, filter: path => !ofTheRepository.test(relative(sources, path)) });

// Compiled for the server it would be CommonJS, which a dev server of Vite does not understand.
cpSync(join(sources, '..', 'shared', 'edges.ts'), join(target, '..', 'shared', 'edges.ts'));
