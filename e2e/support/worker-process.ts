import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const keptOutputChars = 4_000;
const stopWithinMs = 30_000;

/** A child process that runs a script of this folder. It ends with this process, however this one ends. */
export class WorkerProcess {
    private readonly child: ChildProcess;
    private readonly exited: Promise<unknown>;
    private output = '';

    /** The script finds `input` as JSON in its arguments. */
    constructor(
        script: 'export-worker' | 'import-worker' | 'job-worker' | 'lock-worker' | 'ownership-worker' | 'spread-worker',
        input: object,
    ) {
        const path = join(__dirname, `${script}.ts`);
        this.child = spawn(process.execPath, ['-r', '@swc-node/register', path, JSON.stringify(input)], {
            // Its end of the IPC channel closes when this process dies.
            stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        });
        this.exited = once(this.child, 'close');
        this.child.on('message', message => this.sent.push(message));
        for (const stream of [this.child.stdout!, this.child.stderr!]) {
            stream.setEncoding('utf8');
            stream.on('data', (text: string) => (this.output = (this.output + text).slice(-keptOutputChars)));
        }
    }

    get isRunning(): boolean {
        return this.child.exitCode === null && this.child.signalCode === null;
    }

    /** Ended by itself, which it never should. */
    assertRunning(): void {
        const { exitCode, signalCode } = this.child;
        if (this.isRunning) return;
        throw new Error(`The worker ended by itself with ${signalCode ?? `exit code ${exitCode}`}:\n${this.output}`);
    }

    /** The end of what it printed. */
    get lastOutput(): string {
        return this.output || '(it printed nothing)';
    }

    /** SIGSTOP: the process does nothing any more, and its connections stay open. */
    suspend(): void {
        this.child.kill('SIGSTOP');
    }

    /** SIGCONT: it goes on in the middle of what it was doing. */
    wake(): void {
        this.child.kill('SIGCONT');
    }

    get pid(): number {
        return this.child.pid!;
    }

    send(message: object | string): void {
        this.child.send(message);
    }

    /** What the script has sent to this process so far. */
    readonly sent: unknown[] = [];

    /** SIGKILL; resolves when the process is gone. */
    async kill(): Promise<void> {
        this.child.kill('SIGKILL');
        await this.exited;
    }

    /** Lets it shut down in an orderly way. */
    async stop(): Promise<void> {
        this.assertRunning();
        const timer = setTimeout(() => this.child.kill('SIGKILL'), stopWithinMs);
        this.child.send('stop');
        await this.exited;
        clearTimeout(timer);
        if (this.child.exitCode !== 0) throw new Error(`The worker did not shut down in order:\n${this.output}`);
    }
}
