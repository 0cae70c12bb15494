// Package regulation is the law that the product serves: the five regulations
// and the two forms word for word, the demands they make on the product (rules),
// and which tests prove that a demand is met.
//
// A rule id such as DM-8.1 is the key of a regulation, the number of an article
// and the number of a demand that the article makes. [Find] leads from an id to
// the article's text, [Cite] says it in words, [Rules] lists every demand.
package regulation
