//! An input as a stream of plain bytes.
//!
//! The first bytes decide whether and how a stream is decompressed, never the
//! name's ending. Everything streams in blocks, so that memory does not depend
//! on what a stream unpacks to. Compression within compression is not undone.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{Input, Source};
use crate::limits::{BLOCK_BYTES, ZSTD_WINDOW_LOG_MAX};

/// An open input.
pub struct Opened {
    /// The bytes, decompressed.
    pub reader: Box<dyn Read + Send>,
    /// How the input is compressed.
    pub compression: Compression,
    /// How many bytes were taken from the input so far, before decompression.
    pub taken: Arc<AtomicU64>,
}

/// How an input is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    Plain,
    /// gzip, of one or more members.
    Gzip,
    /// Zstandard, of one or more frames.
    Zstd,
}

/// Why an input cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The system says no.
    #[error("the input cannot be opened: {0}")]
    Io(#[from] io::Error),
    /// It is a link to what is not there any more.
    #[error("the input is a link to nowhere")]
    LinkToNowhere,
    /// The content is of a kind that has to be unpacked or converted first.
    #[error("the input is {0}, which is not read; unpack or convert it first")]
    Unsupported(&'static str),
}

/// First bytes of formats that are recognised in order to be refused.
const REFUSED: &[(&[u8], &str)] = &[
    (b"BZh", "bzip2 data"),
    (b"\xfd7zXZ", "xz data"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\x04\x22\x4d\x18", "lz4 data"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"PAR1", "a Parquet file"),
];

/// How many first bytes are looked at.
const HEAD_BYTES: usize = 6;

/// Opens an input and finds out how it is compressed.
///
/// # Errors
/// If the system refuses, or the content is of a kind that is not read.
pub fn open(input: &Input) -> Result<Opened, OpenError> {
    let raw: Box<dyn Read + Send> = match &input.source {
        Source::Stdin => Box::new(io::stdin()),
        Source::File(path) => Box::new(File::open(path).map_err(|error| refused(path, error))?),
        Source::Bytes(bytes) => Box::new(Cursor::new(Arc::clone(bytes))),
        Source::LeftOut => Box::new(io::empty()),
    };
    let taken = Arc::new(AtomicU64::new(0));
    let mut raw = Counting {
        inner: raw,
        taken: Arc::clone(&taken),
    };
    let head = head(&mut raw)?;
    let compression = recognise(&head)?;
    let whole = Cursor::new(head).chain(raw);
    let reader: Box<dyn Read + Send> = match compression {
        Compression::Plain => Box::new(whole),
        Compression::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(
            BufReader::with_capacity(BLOCK_BYTES, whole),
        )),
        Compression::Zstd => Box::new(zstd_reader(BufReader::with_capacity(BLOCK_BYTES, whole))?),
    };
    Ok(Opened {
        reader,
        compression,
        taken,
    })
}

/// Why a file cannot be opened. Folders of logs have links to logs of what has ended.
fn refused(path: &Path, error: io::Error) -> OpenError {
    let is_link = || path.symlink_metadata().is_ok_and(|link| link.is_symlink());
    if error.kind() == io::ErrorKind::NotFound && is_link() {
        return OpenError::LinkToNowhere;
    }
    OpenError::Io(error)
}

fn zstd_reader<R: BufRead>(blocks: R) -> io::Result<zstd::stream::read::Decoder<'static, R>> {
    let mut decoder = zstd::stream::read::Decoder::with_buffer(blocks)?;
    decoder.window_log_max(ZSTD_WINDOW_LOG_MAX)?;
    Ok(decoder)
}

fn recognise(head: &[u8]) -> Result<Compression, OpenError> {
    if let Some((_, what)) = REFUSED.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Err(OpenError::Unsupported(what));
    }
    // A Zstandard stream may begin with a skippable frame of one of 16 numbers.
    Ok(match head {
        [0x1f, 0x8b, ..] => Compression::Gzip,
        [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Compression::Zstd,
        _ => Compression::Plain,
    })
}

/// The first bytes; fewer only if the input has no more.
fn head(raw: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(HEAD_BYTES);
    raw.take(HEAD_BYTES as u64).read_to_end(&mut head)?;
    Ok(head)
}

struct Counting {
    inner: Box<dyn Read + Send>,
    taken: Arc<AtomicU64>,
}

impl Read for Counting {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.taken.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        out.write_all(text).unwrap();
        out.finish().unwrap()
    }

    fn read(bytes: &[u8]) -> (Compression, Vec<u8>, io::Result<usize>) {
        let mut opened = open(&Input::from_bytes("x", bytes)).unwrap();
        let mut out = Vec::new();
        let end = opened.reader.read_to_end(&mut out);
        (opened.compression, out, end)
    }

    #[test]
    fn content_decides() {
        let members = [gzip(b"one\n"), gzip(b"two\n")].concat();
        let frames = [
            zstd::encode_all(&b"one\n"[..], 1).unwrap(),
            b"\x50\x2a\x4d\x18\x02\0\0\0xx".to_vec(),
            zstd::encode_all(&b"two\n"[..], 1).unwrap(),
        ]
        .concat();
        for (bytes, kind) in [
            (b"one\ntwo\n".to_vec(), Compression::Plain),
            (members, Compression::Gzip),
            (frames.clone(), Compression::Zstd),
            (
                [b"\x51\x2a\x4d\x18\x01\0\0\0x".to_vec(), frames].concat(),
                Compression::Zstd,
            ),
        ] {
            let (compression, out, end) = read(&bytes);
            assert_eq!((compression, out.as_slice()), (kind, &b"one\ntwo\n"[..]));
            assert!(end.is_ok());
        }
        for short in [&b""[..], b"\x1f", b"a"] {
            assert_eq!(read(short).1, short);
        }
    }

    #[test]
    fn a_cut_stream_gives_what_it_has_and_then_an_error() {
        let text: Vec<u8> = (0..200_000u32)
            .flat_map(|i| format!("line {i}\n").into_bytes())
            .collect();
        for whole in [gzip(&text), zstd::encode_all(&text[..], 1).unwrap()] {
            let (_, out, end) = read(&whole[..whole.len() / 2]);
            assert!(end.is_err());
            assert!(!out.is_empty() && text.starts_with(&out));
        }
    }

    #[test]
    fn other_archives_are_named() {
        for (bytes, word) in [
            (&b"BZh91AY"[..], "bzip2"),
            (b"PK\x03\x04....", "zip"),
            (b"PAR1....", "Parquet"),
        ] {
            let Err(error) = open(&Input::from_bytes("x", bytes)) else {
                panic!("opened")
            };
            assert!(error.to_string().contains(word), "{error}");
        }
    }

    #[test]
    fn bytes_are_counted_before_decompression() {
        let packed = gzip("x".repeat(100_000).as_bytes());
        let mut opened = open(&Input::from_bytes("x", &packed)).unwrap();
        io::copy(&mut opened.reader, &mut io::sink()).unwrap();
        assert_eq!(opened.taken.load(Ordering::Relaxed), packed.len() as u64);
    }
}
