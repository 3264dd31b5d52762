/**
 * Forms: multipart or url-encoded bodies as fields and files. What Node's own parser cannot read
 * is no form; what the fields mean is the endpoint's matter.
 */
import { digestOf } from './digest.ts';

/** A file in a form. */
export interface FormFile {
  readonly filename: string;
  readonly contentType: string;
  readonly bytes: Buffer;
}

/** A form that was sent. */
export class Form {
  readonly fields: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, FormFile>>;

  constructor(fields: Record<string, string>, files: Record<string, FormFile>) {
    this.fields = fields;
    this.files = files;
  }
}

const FORM_TYPES = /^(multipart\/form-data|application\/x-www-form-urlencoded)\b/i;

/** curl calls everything it sends a form: an object is JSON whatever the header says. */
const JSON_START = /^\s*[{[]/;

async function fileOf(entry: File): Promise<FormFile> {
  const bytes = Buffer.from(await entry.arrayBuffer());
  return { filename: entry.name, contentType: entry.type, bytes };
}

/** The form in these bytes; undefined when they are none, or a broken one. */
export async function readForm(bytes: Buffer, contentType: string): Promise<Form | undefined> {
  if (!FORM_TYPES.test(contentType) || JSON_START.test(bytes.toString('utf8', 0, 16))) {
    return undefined;
  }
  let data: FormData;
  try {
    data = await new Response(new Uint8Array(bytes), {
      headers: { 'content-type': contentType },
    }).formData();
  } catch (error) {
    // Broken multipart: the endpoint sees the raw text and refuses it.
    if (error instanceof TypeError) return undefined;
    throw error;
  }
  const fields: Record<string, string> = {};
  const files: Record<string, FormFile> = {};
  for (const [name, entry] of data.entries()) {
    if (typeof entry === 'string') fields[name] = entry;
    else files[name] = await fileOf(entry);
  }
  return new Form(fields, files);
}

/** A form as the request log shows it: no bytes, but all that tells two files apart. */
export function loggedForm({ fields, files }: Form): unknown {
  const described = Object.entries(files).map(([name, { filename, contentType, bytes }]) => [
    name,
    { filename, content_type: contentType, size: bytes.length, sha256: digestOf(bytes) },
  ]);
  return { ...fields, ...Object.fromEntries(described) };
}
