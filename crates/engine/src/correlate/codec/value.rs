//! Numbers, texts, times and values as bytes: integers as LEB128 or in fixed
//! width, texts with their length in front.

use yaral_ir::value::Value;
use yaral_udm::{EnumId, Timestamp};

use super::StateError;

/// Levels of lists within lists. No expression makes more than two.
const LIST_DEPTH_MAX: u8 = 4;

/// Writes bytes.
#[derive(Default)]
pub(super) struct Writer(pub(super) Vec<u8>);

impl Writer {
    pub(super) fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number.to_le_bytes()[0] | 0x80);
            number >>= 7;
        }
        self.0.push(number.to_le_bytes()[0]);
    }

    pub(super) fn count(&mut self, count: usize) {
        self.number(count as u64);
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.count(bytes.len());
        self.0.extend_from_slice(bytes);
    }

    pub(super) fn time(&mut self, time: Timestamp) {
        self.0.extend_from_slice(&time.seconds.to_le_bytes());
        self.0.extend_from_slice(&time.nanos.to_le_bytes());
    }

    /// Something or nothing.
    pub(super) fn option<T>(&mut self, some: Option<T>, write: impl FnOnce(&mut Self, T)) {
        self.0.push(u8::from(some.is_some()));
        if let Some(some) = some {
            write(self, some);
        }
    }

    pub(super) fn value(&mut self, value: &Value<'_>) {
        match value {
            Value::Str(text) => {
                self.0.push(0);
                self.bytes(text.as_bytes());
            }
            Value::Int(i) => {
                self.0.push(1);
                self.0.extend_from_slice(&i.to_le_bytes());
            }
            Value::Uint(u) => {
                self.0.push(2);
                self.0.extend_from_slice(&u.to_le_bytes());
            }
            Value::Float(f) => {
                self.0.push(3);
                self.0.extend_from_slice(&f.to_bits().to_le_bytes());
            }
            Value::Bool(b) => self.0.extend_from_slice(&[4, u8::from(*b)]),
            Value::Bytes(bytes) => {
                self.0.push(5);
                self.bytes(bytes);
            }
            Value::Enum(of, number) => {
                self.0.push(6);
                self.bytes(of.name().as_bytes());
                self.0.extend_from_slice(&number.to_le_bytes());
            }
            Value::List(items) => {
                self.0.push(7);
                self.count(items.len());
                for item in items {
                    self.value(item);
                }
            }
        }
    }
}

/// Reads bytes.
pub(super) struct Reader<'b>(pub(super) &'b [u8]);

type Read<T> = Result<T, StateError>;

impl<'b> Reader<'b> {
    pub(super) fn take(&mut self, count: usize) -> Read<&'b [u8]> {
        let (front, rest) = self.0.split_at_checked(count).ok_or(StateError::Damaged)?;
        self.0 = rest;
        Ok(front)
    }

    pub(super) fn byte(&mut self) -> Read<u8> {
        self.take(1).map(|one| one[0])
    }

    fn fixed<const N: usize>(&mut self) -> Read<[u8; N]> {
        self.take(N)?.try_into().map_err(|_| StateError::Damaged)
    }

    pub(super) fn number(&mut self) -> Read<u64> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let low = u64::from(byte & 0x7f);
            if shift == 63 && low > 1 {
                break;
            }
            number |= low << shift;
            if byte & 0x80 == 0 {
                // One spelling for each number.
                let shortest = byte != 0 || shift == 0;
                return if shortest {
                    Ok(number)
                } else {
                    Err(StateError::Damaged)
                };
            }
        }
        Err(StateError::Damaged)
    }

    /// How many things follow; each takes a byte at least, so that there are
    /// never more than bytes.
    pub(super) fn count(&mut self) -> Read<usize> {
        let count = usize::try_from(self.number()?).map_err(|_| StateError::Damaged)?;
        if count > self.0.len() {
            return Err(StateError::Damaged);
        }
        Ok(count)
    }

    pub(super) fn bytes(&mut self) -> Read<&'b [u8]> {
        let count = self.count()?;
        self.take(count)
    }

    pub(super) fn text(&mut self) -> Read<&'b str> {
        std::str::from_utf8(self.bytes()?).map_err(|_| StateError::Damaged)
    }

    pub(super) fn time(&mut self) -> Read<Timestamp> {
        Ok(Timestamp {
            seconds: i64::from_le_bytes(self.fixed()?),
            nanos: i32::from_le_bytes(self.fixed()?),
        })
    }

    pub(super) fn flag(&mut self) -> Read<bool> {
        match self.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(StateError::Damaged),
        }
    }

    pub(super) fn option<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<Option<T>> {
        if self.flag()? {
            read(self).map(Some)
        } else {
            Ok(None)
        }
    }

    pub(super) fn value(&mut self) -> Read<Value<'static>> {
        self.nested(0)
    }

    fn nested(&mut self, depth: u8) -> Read<Value<'static>> {
        Ok(match self.byte()? {
            0 => Value::string(self.text()?.to_owned()),
            1 => Value::Int(i64::from_le_bytes(self.fixed()?)),
            2 => Value::Uint(u64::from_le_bytes(self.fixed()?)),
            3 => Value::Float(f64::from_bits(u64::from_le_bytes(self.fixed()?))),
            4 => Value::Bool(self.flag()?),
            5 => Value::Bytes(self.bytes()?.to_vec().into()),
            6 => {
                let of = EnumId::from_name(self.text()?).ok_or(StateError::Damaged)?;
                Value::Enum(of, i32::from_le_bytes(self.fixed()?))
            }
            7 if depth < LIST_DEPTH_MAX => {
                let count = self.count()?;
                let items = (0..count).map(|_| self.nested(depth + 1));
                Value::List(items.collect::<Read<Vec<_>>>()?)
            }
            _ => return Err(StateError::Damaged),
        })
    }
}
