//! Any bytes are read as an event or refused, and an event that was read and
//! written is the same when it is read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use yaral_udm::{Event, FieldSet, Root, read_event, write_event};

fuzz_target!(|json: &[u8]| {
    let want = FieldSet::all();
    let mut event = Event::new(Root::Event);
    if read_event(json, &want, &mut event).is_err() {
        return;
    }
    let mut first = String::new();
    write_event(&event, &mut first);
    let mut again = Event::new(Root::Event);
    let report =
        read_event(first.as_bytes(), &want, &mut again).expect("what was written can be read");
    assert_eq!(
        report.unknown, 0,
        "wrote a field that is not in the schema: {first}"
    );
    let mut second = String::new();
    write_event(&again, &mut second);
    assert_eq!(first, second);
});
