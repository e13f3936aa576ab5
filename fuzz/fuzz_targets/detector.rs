#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| leafcutter_fuzz::detector(data));
