import type { Rank } from "@ssl3d/core";

// The orders of pieces in the published runs, one word a class: digit q, in base 27, is the piece that stands at place q. They are
// needed to go on from, or to compare with, networks trained on them. Taken over as bare numbers from the tables of
// https://github.com/HealthML/self-supervised-3d-tasks (A. Taleb et al.), whose 2D table is the one of
// https://github.com/google/revisiting-self-supervised (Apache-2.0), made by the method of M. Noroozi and P. Favaro. See README.md.

const TWO_DIMENSIONAL = `
  765843210 876534102 687452031 548610723 453201678 321087465 230178546 104326857 012765384 876521340 785362104 654180723 562708431
  438215067 310456278 207843615 123074856 041637582 875103264 784015326 652371408 528760143 410582637 367428510 246837051 031246785
  103654872 874162035 783025641 652418307 536784210 368270154 425601783 201537468 017843526 140356872 876520314 785163420 658734201
  567812043 432607158 324081567 210458736 041375682 103246875 876031254 784623510 658472031 563284107 425107368 217560483 301856742
  042315876 130748625 876023514 784135260 623487105 537864021 451702683 360241758 142570836 018356472 205618347 876024531 704138265
  527680314 463207158 358761420 140356782 281573046 012845673 635412807 856734201 362580147 784625013 648051732 513867420 437102658
  201478365 170243586 025316874 231480657 085617423 874102536 762534018 648351702 517248360 306875241 420763185 153026874 510267483
  045316872 872540316 764132058 308451267 431708625 683025741 257684130 126873504 764208315`;

const THREE_DIMENSIONAL = `
  j5ol9mcqif3e8gd1h7pa4260bkn ohnf7dbp520gc136j9qli4a8mke b05jn1cf28hmiq36oa9pl7kdeg4 26cdq1hjki8ge47o3f0n5lpa9mb
  2ip4qfmcabkon316hd9le57j08g jm384f7hgq021nbe6a9lpid5okc 6071oehl29cfkqn8gpb5jimd3a4 cbn368gd2q7pa0ljh4i9fk5oe1m
  bh81cmpj94qo3idkafeln65g702 657do483hgjme0ifqcnl21kb9ap kend571j2cm49oqf06l83abphig 38q6ldb07hj92kpci1gfaon45me
  062bp71jdanfqgoe53ki8m49lch 3oqc4m1ij7h9l68fgk52ndp0abe d150p4jbe928qglakmnho6i37cf d94pbhel170a2q8g3o6fmin5kjc
  hblg64jm257ek0cp38n9foi1qad qmibjkop2f6neh90ld3a487cg15 l0q265h4bkm81jef9i3dg7npaco g7lhqb0pfakd3jic95oen46m812
  mb6kdp0oaehfg948li27c31nj5q 3il07pj65nbecm2dg9a148hkofq 0hcjm78e2qn9ib3p16f5gdalk4o 1l0cpbgan6f87o2kqi3d4m9h5je
  afiqnhgbl6eo459mc0782pkjd13 q0mhg5l97fokc846an3iej1bd2p 5dfjpena07qm2k9o38b4gi1lh6c obp475n062kdc93mj1flgaqih8e
  4qdb2fn5c3g68m10jlhiap7eko9 hgk0lo9m8ic5d2ep613ja47qfbn je0hp5cm32qgao9b8nd4671lifk 3a6cdfmp0kl7ngq2ojeb18i459h
  d2q5k79len684bgamf1ip3hoj0c n1c6lmh2k4d3o9qpg0j8i5bafe7 b3cphim09qg76oken1fa85ljd24 2l13peo659j0hkmiafnd48qbcg7
  819p3imcgbl60jo2knf54ae7dqh kig1p0falnq7j6c9md85b4o2e3h 4qclbdof6gk83e1ipajm57hn029 ia0ohg2938j4q1en57dk6fbpclm
  2q069hc1ng8i3fpl7ejkdba4o5m f2307egmjin4cp15a9qlkd6hob8 bk5g12jl8c9pq4e630noihafdm7 kcno5gfaq7ejiml24189bh0pd63
  8l1pob5a396kf7n0qcei42hmjdg lhfpgnk0jo5bcd4817639qai2em 0i59gfm4kodaec2b7lqh8pj13n6 1jalckmq8fbigd9245eo67nh3p0
  0kjab9oc6357e2dmqif8hgpln41 njb7omeik8cp4536d2q9lafh1g0 l7e6bfic5p12anhmd39gj4qk8o0 2o6pn5iq410flde7jb3kg9am8hc
  p6c348751lb0kjiogm2qefna9dh m43lihqpbdo50k72agn1j96fe8c mcg1b3fn0i9q4ehk27a58op6djl 6cl5kpihdemqn7afj19b43g80o2
  f3c2pm09j7l1ihe8n4k5b6aqogd p15eqc96imh0j82onklb3fg7da4 k5lfm34p1ie9a6bcod20nj78ghq 7j0qofknmdce4bl6p91i83a5g2h
  jbcpolk1dfaqne7h4im065923g8 5n2kh0b4e3odq76g9j8c1mpfali k748ih95jn0becfdma1gop6lq23 7802nibhoalfkcgqe359p1j4md6
  hf1g36cn75oiklm9adeq2bjp840 fehcdoi38g459klbmap62710qjn hjb32amqd581n0k64col7eg9pif ieh80dokf9lb7m4gpa6cj3q21n5
  9n6pb0cmq2fj58d34oe7gk1ihla 654bmhqoidlkapj9cnf2018e73g 1kch5o2de8gnmpi6fjl437b09qa 7oda0qfg9cj8b51hip63knl24em
  d6kn5fcjb0qpl3m7a289o1ehig4 bc0d1nm24f8l5hg6jqeapok3i79 m48bd2gqkoh6cpi05e73f1l9jan 9eigm62850bhkcj4pafn3d1q7ol
  daqf8o1pj26g7l3hkci4meb09n5 p9ljhc1n5i06ogfk38demq72ba4 pgqb8oihcmke716j925n03l4adf g9jbfda8ilq4h7e3o5p10mk6nc2
  hejb2qgd5ocf6n4pl7ima0k1398 4e1hn2palg83bf075odi9q6jkcm aq3eh52g9c7moiljk41b0nfp68d oqd6l3fekh0n9a7gc1428b5pijm
  jkd2e917bml6ioh034agf58ncqp lnqpd40fc52j7bhgia8m61k93eo dgm0635nafbec8qh9k1l4j2o7ip 8fken9aj0gph4bm5i7q3oc26d1l
  62h4gof51jcb9piq8mda7n30lek ck347hl21iamqgpfoe8b59njd60 fe9m1p42nj3gdao6b7qh0il5k8c a4fh0d13o5em7c2qi9bj6glkp8n
  apgf3cb1nm7hil2085d49qeo6jk 13klj8mcqp7hdafg9nebi206o54 kjh6b9m731o5ifpqne8dca40gl2 caqdmeg1lhpk6f204789oj3nbi5
  1lecpaqdbk5i260g348jhmof9n7 642cmg1kfhn5qaoepibl9j3708d 9dbk8470moja1ecfnq5phi2l6g3 0bpe2hk9ind4mj5176g8lqa3cof`;

const BASE = 27;

function decode(words: string): readonly (readonly number[])[] {
  return words.trim().split(/\s+/).map((word) => Array.from(word, (digit) => parseInt(digit, BASE)));
}

/** The 100 orders of the published runs for three pieces a side: of 9 pieces in 2D, of 27 in 3D. */
export const PUBLISHED_PERMUTATIONS: Readonly<Record<Rank, readonly (readonly number[])[]>> = {
  2: decode(TWO_DIMENSIONAL),
  3: decode(THREE_DIMENSIONAL),
};
