import { crc32, deflateRawSync } from 'node:zlib';

/** A zip archive with the given files; `claimed` sizes in its directory may lie. */
export function zipOf(files: Record<string, Buffer>, claimed: Record<string, number> = {}): Buffer {
    const bodies: Buffer[] = [];
    const directory: Buffer[] = [];
    let offset = 0;
    for (const [name, content] of Object.entries(files)) {
        const packed = deflateRawSync(content);
        const fields = Buffer.alloc(26);
        fields.writeUInt16LE(20, 0);
        fields.writeUInt16LE(0x800, 2);
        fields.writeUInt16LE(8, 4);
        fields.writeUInt32LE(crc32(content), 10);
        fields.writeUInt32LE(packed.length, 14);
        fields.writeUInt32LE(claimed[name] ?? content.length, 18);
        fields.writeUInt16LE(Buffer.byteLength(name), 22);
        const body = Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.from(name), packed]);
        const tail = Buffer.alloc(14);
        tail.writeUInt32LE(offset, 10);
        directory.push(Buffer.from('PK\x01\x02\x14\x00'), fields, tail, Buffer.from(name));
        bodies.push(body);
        offset += body.length;
    }
    const listed = Buffer.concat(directory);
    const end = Buffer.alloc(22);
    end.write('PK\x05\x06');
    end.writeUInt16LE(bodies.length, 8);
    end.writeUInt16LE(bodies.length, 10);
    end.writeUInt32LE(listed.length, 12);
    end.writeUInt32LE(offset, 16);
    return Buffer.concat([...bodies, listed, end]);
}
