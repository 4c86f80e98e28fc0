import { dirname, join, relative } from 'node:path';
import ts from 'typescript';

/**
 * Checks the types of this extension. Not with tsc itself, because @vendure/dashboard ships its sources, which do not all
 * hold under the installed versions of its libraries: what is reported here is ours.
 */
const configPath = join(__dirname, '..', 'tsconfig.json');
const { config } = ts.readConfigFile(configPath, path => ts.sys.readFile(path)) as { config: unknown };
const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, dirname(configPath));
const program = ts.createProgram(fileNames, options);
const own = program.getSourceFiles().filter(file => file.fileName.startsWith(`${dirname(configPath)}/`));
const problems = own.flatMap(file => [
    ...program.getSyntacticDiagnostics(file),
    ...program.getSemanticDiagnostics(file),
]);

for (const { file, start, messageText } of problems) {
    const { line = 0 } = file?.getLineAndCharacterOfPosition(start ?? 0) ?? {};
    const place = `${relative(process.cwd(), file?.fileName ?? configPath)}:${line + 1}`;
    console.error(`${place}: ${ts.flattenDiagnosticMessageText(messageText, '\n  ')}`);
}
console.log(`${own.length} files of the dashboard, ${problems.length} problems with types.`);
process.exit(problems.length > 0 ? 1 : 0);
