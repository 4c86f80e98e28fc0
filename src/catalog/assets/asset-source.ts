import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, isAbsolute, join, normalize, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ConfigService } from '@vendure/core';
import { DataHubError, TransientError, UserError } from '../../sdk/errors';
import type { CatalogHost } from '../catalog-scope';
import { AssetArchive, unreadableArchive } from './asset-archive';
import { filesAt, insideArchive } from './asset-folder';

/** A file that is ready to be stored. */
export interface OpenedAsset {
    /** Called once. The stream starts when it is asked for, so that its errors find somebody who listens. */
    stream(): Readable;
    fileName: string;
    /** SHA-256 of the content, in hexadecimal. */
    contentHash: string;
    /** Closes the stream and removes what was fetched for it. */
    release(): Promise<void>;
}

interface KeptFile extends OpenedAsset {
    /** The first bytes, one character each. */
    beginning: string;
}

const SNIFFED = 256;

/**
 * Opens what the source calls an asset: an http(s) URL through the outbound door, anything else through Vendure's
 * AssetImportStrategy, as Vendure's own importer does. The strategy never gets a URL: it would fetch it past the door.
 */
export class AssetSource {
    private readonly config: ConfigService;

    constructor(private readonly host: CatalogHost) {
        this.config = host.injector.get(ConfigService);
    }

    async open(source: string): Promise<OpenedAsset> {
        return isUrl(source) ? this.downloadOrRefuse(source) : this.openPath(source);
    }

    /**
     * The door has tried again where that helps; a body that broke off gets another chance here. What is still out of reach
     * then is the fault of this one asset: as a TransientError it would repeat, and in the end fail, everybody's batch.
     */
    private async downloadOrRefuse(url: string): Promise<OpenedAsset> {
        try {
            return await this.download(url).catch((error: unknown) => {
                if (error instanceof TransientError) return this.download(url);
                throw error;
            });
        } catch (error) {
            if (!(error instanceof TransientError)) throw error;
            throw new UserError(
                'asset-unreachable',
                error.message,
                'Load the record again when the server answers, or correct the address.',
                error.place,
                { cause: error },
            );
        }
    }

    /** Every file that a path stands for, as in a folder or a zip archive; a URL stands for itself. */
    async filesOf(source: string): Promise<string[]> {
        const { importAssetsDir } = this.config.importExportOptions;
        if (isUrl(source) || !importAssetsDir) return [source];
        await this.assertInside(source);
        const path = withoutRoot(source).replace(/[/\\]+$/, '');
        const files = await filesAt(importAssetsDir, path, this.config.assetOptions.uploadMaxFileSize);
        // A plain file keeps the name that the record gives it, under which products may know it.
        return files.length === 1 && files[0] === path ? [source] : files;
    }

    private async assertInside(source: string): Promise<void> {
        const { importAssetsDir } = this.config.importExportOptions;
        if (!leavesFolder(source) && !(await linksOutside(importAssetsDir, withoutRoot(source)))) return;
        throw new UserError(
            'asset-path-outside',
            'Its path points outside of the folder for import assets.',
            'Give a path relative to that folder, without ".." and without symbolic links that lead out of it.',
        );
    }

    /** A file of an archive in the folder for import assets; undefined where there is no such archive. */
    private async openArchived(path: string): Promise<OpenedAsset | undefined> {
        const { importAssetsDir } = this.config.importExportOptions;
        const [archivePath, name] = insideArchive(path) ?? [];
        if (!importAssetsDir || archivePath === undefined || name === undefined) return undefined;
        const isArchive = await stat(join(importAssetsDir, archivePath)).then(
            found => found.isFile(),
            () => false,
        );
        if (!isArchive) return undefined;
        await this.assertInside(archivePath);
        const maxBytes = this.config.assetOptions.uploadMaxFileSize;
        const archive = await AssetArchive.open(join(importAssetsDir, archivePath), maxBytes);
        try {
            return await kept(await archive.read(name), basename(name)).catch((error: unknown) => {
                // An entry that is larger than the archive's directory says, or does not fit its checksum.
                throw error instanceof DataHubError ? error : unreadableArchive(error as Error);
            });
        } finally {
            archive.close();
        }
    }

    private async openPath(source: string): Promise<OpenedAsset> {
        const { assetImportStrategy, importAssetsDir } = this.config.importExportOptions;
        await this.assertInside(source);
        const archived = await this.openArchived(withoutRoot(source));
        if (archived) return archived;
        try {
            const stream = await assetImportStrategy.getStreamFromPath(withoutRoot(source));
            return await kept(stream, basename(source));
        } catch (error) {
            if (error instanceof DataHubError) throw error;
            const told = error instanceof Error ? error.message : String(error);
            // The strategy's message may name the folder on the server.
            const reason = importAssetsDir ? told.replaceAll(join(importAssetsDir, sep), '') : told;
            throw new UserError(
                'asset-not-found',
                `It could not be opened: ${reason}.`,
                'Put the file into the folder for import assets (importExportOptions.importAssetsDir), or correct the path.',
                {},
                { cause: error },
            );
        }
    }

    /** To a file first: its name decides about the permitted type, and a slow server must not hold up the database. */
    private async download(url: string): Promise<OpenedAsset> {
        const maxBytes = this.config.assetOptions.uploadMaxFileSize;
        const { body, contentType, fileName } = await this.host.http.download(url, { maxBytes });
        const name = withExtension(safeName(fileName), contentType);
        const opened = await kept(body, name);
        if (!isPageInstead(opened, contentType)) return opened;
        await opened.release();
        throw new UserError(
            'asset-is-page',
            `"${url}" answered with a web page and not with the file, as servers do for what they do not have.`,
            'Open the address in a browser, and correct it.',
        );
    }
}

/**
 * A dead link may answer with a page and no error. Stored under the name of an image, it would be an asset that never
 * shows. Some servers call images pages as well, so the content must begin as one, too.
 */
function isPageInstead({ fileName, beginning }: KeptFile, contentType: string | undefined): boolean {
    const isNamedPage = ['', '.htm', '.html', '.xhtml'].includes(extname(fileName).toLowerCase());
    const isCalledPage = ['text/html', 'application/xhtml+xml'].includes(mediaType(contentType));
    return isCalledPage && !isNamedPage && /^\s*<(!doctype\s+html|html|head|body|script|!--)/i.test(beginning);
}

/** A copy on the local disk, whose content is known before it is stored: the same content is not stored twice. */
async function kept(content: Readable, fileName: string): Promise<KeptFile> {
    const folder = await mkdtemp(join(tmpdir(), 'data-hub-asset-'));
    const release = () => rm(folder, { recursive: true, force: true });
    try {
        const path = join(folder, fileName);
        const hash = createHash('sha256');
        let beginning = '';
        const hashed = async function* (chunks: AsyncIterable<Buffer | string>) {
            for await (const chunk of chunks) {
                hash.update(chunk);
                if (beginning.length < SNIFFED) beginning += chunk.toString('latin1').slice(0, SNIFFED);
                yield chunk;
            }
        };
        await pipeline(content, hashed, createWriteStream(path));
        const contentHash = hash.digest('hex');
        return { stream: () => createReadStream(path), fileName, contentHash, release, beginning };
    } catch (error) {
        await release();
        throw error;
    }
}

export function isUrl(source: string): boolean {
    return /^https?:\/\//i.test(source);
}

/** `/shoes/red.png` means the import folder's, not the server's root. */
function withoutRoot(source: string): string {
    return source.replace(/^[/\\]+/, '');
}

function leavesFolder(source: string): boolean {
    const path = normalize(withoutRoot(source).replaceAll('\\', '/'));
    return isAbsolute(path) || path === '..' || path.startsWith('../') || source.includes('\0');
}

/** A path that does not exist on this disk is left to the strategy, which may know it from elsewhere. */
async function linksOutside(folder: string | undefined, path: string): Promise<boolean> {
    if (!folder) return false;
    try {
        const [root, file] = await Promise.all([realpath(folder), realpath(join(folder, path))]);
        return file !== root && !file.startsWith(root.endsWith(sep) ? root : root + sep);
    } catch {
        return false;
    }
}

const EXTENSIONS: Readonly<Record<string, string>> = {
    'image/jpeg': '.jpg',
    'image/png': '.png',
    'image/webp': '.webp',
    'image/gif': '.gif',
    'image/avif': '.avif',
    'image/svg+xml': '.svg',
    'video/mp4': '.mp4',
    'video/webm': '.webm',
    'audio/mpeg': '.mp3',
    'application/pdf': '.pdf',
};

/** URLs such as `/image?id=5` name no type, but the server does; Vendure tells types by extension. */
function withExtension(name: string, contentType: string | undefined): string {
    return extname(name) === '' ? name + (EXTENSIONS[mediaType(contentType)] ?? '') : name;
}

function mediaType(contentType: string | undefined): string {
    return contentType?.split(';')[0]!.trim().toLowerCase() ?? '';
}

function safeName(fileName: string): string {
    const name = basename(fileName.replaceAll('\\', '/'))
        .replace(/[^\p{L}\p{N}._ -]/gu, '_')
        .slice(-150);
    return /^\.*$/.test(name) ? 'asset' : name;
}
