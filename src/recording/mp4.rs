//! Files of a recording as fragmented MP4 (ISO/IEC 14496-12), in CMAF's order: an init segment per set of
//! parameters, then one fragment per segment. The boxes are those of the library `mp4-atom`: their many
//! sizes, versions and flags are easy to write almost right.

use mp4_atom::{
    Audio, Av01, Av1c, Avc1, Avcc, AvccExt, Codec, Dinf, Dops, Dref, DrefEntry, Encode, Ftyp, Hdlr, Mdat,
    Mdhd, Mdia, Mfhd, Minf, Moof, Moov, Mvex, Mvhd, Opus, Smhd, Stbl, Stsd, Tfdt, Tfhd, Tkhd, Traf, Trak,
    Trex, Trun, TrunEntry, Url, Visual, Vmhd, Vp08, Vp09, VpcC,
};

use super::depacketize::{Av1Sequence, Config, Parameters, Vp9Format};
use super::segment::Sample;

/// The only track of every file.
const TRACK_ID: u32 = 1;
/// sample_depends_on: no other.
const FLAGS_SYNC: u32 = 0x0200_0000;
/// sample_depends_on: others; sample_is_non_sync_sample.
const FLAGS_DELTA: u32 = 0x0101_0000;
/// Channels of an Opus decoder, whatever a packet carries (RFC 7587 §4.1).
const OPUS_CHANNELS: u8 = 2;

/// The init segment and its codecs in the form of RFC 6381.
pub(super) fn init(config: &Config, hz: u32) -> (Vec<u8>, String) {
    let (entry, codecs) = sample_entry(config);
    let is_video = config.parameters != Parameters::Opus;
    let ftyp = Ftyp {
        major_brand: b"iso6".into(),
        minor_version: 0,
        compatible_brands: vec![b"iso6".into(), b"cmfc".into(), b"mp41".into()],
    };
    let mut bytes = Vec::new();
    encode(&ftyp, &mut bytes);
    encode(&moov(config, hz, is_video, entry), &mut bytes);
    (bytes, codecs)
}

/// One fragment. `start` is in ticks since the recording's start.
pub(super) fn fragment(number: u32, start: u64, samples: &[Sample], data: Vec<u8>) -> Vec<u8> {
    let entries: Vec<TrunEntry> = samples
        .iter()
        .map(|sample| TrunEntry {
            duration: Some(sample.duration),
            size: Some(sample.bytes),
            flags: Some(if sample.is_key { FLAGS_SYNC } else { FLAGS_DELTA }),
            cts: None,
        })
        .collect();
    let mut moof = Moof {
        mfhd: Mfhd { sequence_number: number },
        traf: vec![Traf {
            tfhd: Tfhd { track_id: TRACK_ID, default_base_is_moof: true, ..Tfhd::default() },
            tfdt: Some(Tfdt { base_media_decode_time: start }),
            trun: vec![Trun { data_offset: Some(0), samples: entries.into() }],
            ..Traf::default()
        }],
    };
    // The data lies behind this box and the header of the next; any offset gives a box of the same length.
    let mut bytes = Vec::with_capacity(data.len() + 128 + 16 * samples.len());
    encode(&moof, &mut bytes);
    moof.traf[0].trun[0].data_offset = Some(bytes.len() as i32 + 8);
    bytes.clear();
    encode(&moof, &mut bytes);
    encode(&Mdat { data }, &mut bytes);
    bytes
}

fn encode(atom: &impl Encode, bytes: &mut Vec<u8>) {
    atom.encode(bytes).expect("parameter sets and names are within the bounds of their boxes");
}

fn moov(config: &Config, hz: u32, is_video: bool, entry: Codec) -> Moov {
    let minf = Minf {
        vmhd: is_video.then(Vmhd::default),
        smhd: (!is_video).then(Smhd::default),
        dinf: Dinf { dref: Dref { entries: vec![DrefEntry::Url(Url::default())] } },
        stbl: Stbl { stsd: Stsd { codecs: vec![entry] }, ..Stbl::default() },
        ..Minf::default()
    };
    let handler = if is_video {
        Hdlr { handler: b"vide".into(), name: "picture".into() }
    } else {
        Hdlr { handler: b"soun".into(), name: "sound".into() }
    };
    let mdhd = Mdhd { timescale: hz, language: "und".into(), ..Mdhd::default() };
    let tkhd = Tkhd {
        track_id: TRACK_ID,
        enabled: true,
        in_movie: true,
        volume: u8::from(!is_video).into(),
        width: config.width.into(),
        height: config.height.into(),
        ..Tkhd::default()
    };
    let trex = Trex {
        track_id: TRACK_ID,
        default_sample_description_index: 1,
        default_sample_duration: 0,
        default_sample_size: 0,
        default_sample_flags: 0,
    };
    Moov {
        mvhd: Mvhd { timescale: hz, rate: 1.into(), volume: 1.into(), next_track_id: 2, ..Mvhd::default() },
        mvex: Some(Mvex { mehd: None, trex: vec![trex] }),
        trak: vec![Trak { tkhd, mdia: Mdia { mdhd, hdlr: handler, minf }, ..Trak::default() }],
        ..Moov::default()
    }
}

fn sample_entry(config: &Config) -> (Codec, String) {
    let visual =
        Visual { data_reference_index: 1, width: config.width, height: config.height, ..Visual::default() };
    match &config.parameters {
        Parameters::H264 { sps, .. } => {
            let codecs = format!("avc1.{:02x}{:02x}{:02x}", sps[1], sps[2], sps[3]);
            (Codec::Avc1(Avc1 { visual, avcc: avcc(&config.parameters), ..Avc1::default() }), codecs)
        }
        Parameters::Vp8 => {
            let format = Vp9Format { profile: 0, bit_depth: 8, subsampling: 0, full_range: false };
            let (vpcc, codecs) = vpcc(config, &format);
            (Codec::Vp08(Vp08 { visual, vpcc, ..Vp08::default() }), format!("vp08.{codecs}"))
        }
        Parameters::Vp9(format) => {
            let (vpcc, codecs) = vpcc(config, format);
            (Codec::Vp09(Vp09 { visual, vpcc, ..Vp09::default() }), format!("vp09.{codecs}"))
        }
        Parameters::Av1(sequence) => {
            let tier = if sequence.tier { 'H' } else { 'M' };
            let Av1Sequence { profile, level, bit_depth, .. } = sequence;
            let codecs = format!("av01.{profile}.{level:02}{tier}.{bit_depth:02}");
            (Codec::Av01(Av01 { visual, av1c: av1c(sequence), ..Av01::default() }), codecs)
        }
        Parameters::Opus => (Codec::Opus(opus()), "opus".into()),
    }
}

fn avcc(parameters: &Parameters) -> Avcc {
    let Parameters::H264 { sps, pps, chroma_format, bit_depth_luma, bit_depth_chroma } = parameters else {
        return Avcc::default();
    };
    // Only these profiles have the fields (ISO/IEC 14496-15 §5.3.3.1.2).
    let ext = matches!(sps[1], 100 | 110 | 122 | 144).then(|| AvccExt {
        chroma_format: *chroma_format,
        bit_depth_luma: *bit_depth_luma,
        bit_depth_chroma: *bit_depth_chroma,
        sequence_parameter_sets_ext: Vec::new(),
    });
    Avcc {
        configuration_version: 1,
        avc_profile_indication: sps[1],
        profile_compatibility: sps[2],
        avc_level_indication: sps[3],
        length_size: 4,
        sequence_parameter_sets: vec![sps.clone()],
        picture_parameter_sets: pps.clone(),
        ext,
    }
}

/// With profile, level and depth for the codecs string (VP codecs in ISO media files, §2 and §4).
fn vpcc(config: &Config, format: &Vp9Format) -> (VpcC, String) {
    // Largest picture of each level, pixels (VP9 bitstream annex A).
    const LEVELS: [(u32, u8); 8] = [
        (36_864, 10),
        (73_728, 11),
        (122_880, 20),
        (245_760, 21),
        (552_960, 30),
        (983_040, 31),
        (2_228_224, 40),
        (8_912_896, 50),
    ];
    let pixels = u32::from(config.width) * u32::from(config.height);
    let level = LEVELS.iter().find(|(most, _)| pixels <= *most).map_or(60, |(_, level)| *level);
    let vpcc = VpcC {
        profile: format.profile,
        level,
        bit_depth: format.bit_depth,
        chroma_subsampling: format.subsampling,
        video_full_range_flag: format.full_range,
        ..VpcC::default()
    };
    (vpcc, format!("{:02}.{level:02}.{:02}", format.profile, format.bit_depth))
}

fn av1c(sequence: &Av1Sequence) -> Av1c {
    Av1c {
        seq_profile: sequence.profile,
        seq_level_idx_0: sequence.level,
        seq_tier_0: sequence.tier,
        high_bitdepth: sequence.bit_depth > 8,
        twelve_bit: sequence.bit_depth == 12,
        monochrome: sequence.monochrome,
        chroma_subsampling_x: sequence.subsampling.0,
        chroma_subsampling_y: sequence.subsampling.1,
        chroma_sample_position: sequence.chroma_position,
        initial_presentation_delay: None,
        config_obus: sequence.obu.clone(),
    }
}

/// Packets carry no pre-skip: decoding begins at the start of any segment.
fn opus() -> Opus {
    let channels = u16::from(OPUS_CHANNELS);
    Opus {
        audio: Audio {
            data_reference_index: 1,
            channel_count: channels,
            sample_size: 16,
            sample_rate: 48_000.into(),
        },
        dops: Dops {
            output_channel_count: OPUS_CHANNELS,
            pre_skip: 0,
            input_sample_rate: 48_000,
            output_gain: 0,
            channel_mapping: None,
        },
        btrt: None,
    }
}
