// Written by generate.mjs.

export interface components {
    schemas: {
        AddCartItem: {
            cartId?: components["schemas"]["Id"];
            currency?: components["schemas"]["Currency"];
            metadata?: components["schemas"]["Metadata"];
            quantity: number;
            regionId?: components["schemas"]["Id"];
            sku?: string;
            variantId?: components["schemas"]["Id"];
        };
        Address: {
            apartment?: string;
            city: string;
            companyName?: string;
            country: components["schemas"]["Country"];
            district?: string;
            firstName?: string;
            lastName?: string;
            phone?: string;
            postalCode: string;
            region?: string;
            streetName: string;
            streetNumber?: string;
            taxId?: string;
        };
        AddressAnswer: {
            apartment?: string;
            city: string;
            companyName?: string;
            /** @description An ISO 3166-1 code of two letters */
            country: string;
            district: string;
            firstName?: string;
            lastName?: string;
            phone?: string;
            postalCode: string;
            region: string;
            streetName: string;
            streetNumber?: string;
            taxId?: string;
        };
        ApplyPromotion: {
            code: string;
        };
        Asset: {
            /** @enum {string} */
            __typename: "Asset";
            address?: components["schemas"]["AddressAnswer"];
            /** @enum {string} */
            billingAccountId: "";
            description: string;
            endOfWarranty?: unknown;
            id?: unknown;
            model: string;
            product: {
                attributes?: {
                    height?: string;
                    hs_code?: string;
                    length?: string;
                    material?: string;
                    mid_code?: string;
                    origin_country?: string;
                    weight?: string;
                    width?: string;
                };
                category?: string;
                description?: string;
                id?: string;
                image?: components["schemas"]["Image"];
                images?: components["schemas"]["Image"][];
                link?: string;
                name?: string;
                optionGroups?: components["schemas"]["OptionGroup"][];
                price?: {
                    currency: string;
                    value: number;
                };
                shortDescription?: string;
                sku?: string;
                subtitle?: string;
                tags?: components["schemas"]["Tag"][];
                /** @enum {string} */
                type?: "PHYSICAL" | "VIRTUAL";
                variantId?: string;
                variants?: components["schemas"]["ProductVariant"][];
            };
            serialNo: string;
        };
        Cart: {
            billingAddress?: components["schemas"]["AddressAnswer"];
            /** Format: date-time */
            createdAt: string;
            currency: string;
            /** @description The account that the cart belongs to */
            customerId?: string;
            discountTotal: components["schemas"]["Money"];
            email?: string;
            id: string;
            items: {
                data: components["schemas"]["CartItem"][];
                total: number;
            };
            metadata: {
                [key: string]: unknown;
            };
            notes?: string;
            paymentMethod?: components["schemas"]["PaymentMethod"];
            paymentSessionId?: string;
            promotions?: components["schemas"]["Promotion"][];
            regionId: string;
            shippingAddress?: components["schemas"]["AddressAnswer"];
            shippingMethod?: components["schemas"]["CartShippingMethod"];
            shippingTotal: components["schemas"]["Money"];
            subtotal: components["schemas"]["Money"];
            taxTotal: components["schemas"]["Money"];
            total: components["schemas"]["Money"];
            /** Format: date-time */
            updatedAt: string;
        };
        CartItem: {
            currency: string;
            discountTotal: components["schemas"]["Money"];
            id: string;
            metadata: {
                [key: string]: unknown;
            };
            price: components["schemas"]["Money"];
            product: components["schemas"]["ItemProduct"];
            quantity: number;
            sku: string;
            subtotal: components["schemas"]["Money"];
            total: components["schemas"]["Money"];
            /** @enum {string} */
            unit: "PCS";
        };
        CartShippingMethod: {
            description: string;
            /** @description The id of the shipping option */
            id: string;
            name: string;
            subtotal: components["schemas"]["Money"];
            total: components["schemas"]["Money"];
        };
        CheckoutSummary: {
            billingAddress?: components["schemas"]["AddressAnswer"];
            cart: components["schemas"]["Cart"];
            email?: string;
            notes?: string;
            paymentMethod?: components["schemas"]["PaymentMethod"];
            shippingAddress?: components["schemas"]["AddressAnswer"];
            shippingMethod?: components["schemas"]["CartShippingMethod"];
            totals: {
                discount: components["schemas"]["Money"];
                shipping: components["schemas"]["Money"];
                subtotal: components["schemas"]["Money"];
                tax: components["schemas"]["Money"];
                total: components["schemas"]["Money"];
            };
        };
        CompleteCheckout: {
            billingAddress?: components["schemas"]["Address"];
            billingAddressId?: components["schemas"]["Id"];
            cancelUrl?: string;
            email?: components["schemas"]["Email"];
            metadata?: components["schemas"]["Metadata"];
            notes?: string;
            paymentProviderId: components["schemas"]["Id"];
            returnUrl: string;
            sameAsBillingAddress?: boolean;
            shippingAddress?: components["schemas"]["Address"];
            shippingAddressId?: components["schemas"]["Id"];
            shippingMethodId: components["schemas"]["Id"];
        };
        Country: string;
        CreateAddress: {
            address: components["schemas"]["Address"];
            isDefault?: boolean;
            label?: string;
        };
        CreateCart: {
            currency: components["schemas"]["Currency"];
            metadata?: components["schemas"]["Metadata"];
            regionId?: components["schemas"]["Id"];
        };
        CreatePaymentSession: {
            cancelUrl?: string;
            cartId: components["schemas"]["Id"];
            metadata?: components["schemas"]["Metadata"];
            providerId: components["schemas"]["Id"];
            returnUrl: string;
        };
        Currency: string;
        /** @description An address of the caller's address book */
        CustomerAddress: {
            address: {
                apartment?: string;
                city: string;
                companyName?: string;
                /** @description An ISO 3166-1 code of two letters */
                country: string;
                firstName?: string;
                lastName?: string;
                phone?: string;
                postalCode: string;
                region?: string;
                streetName: string;
                streetNumber?: string;
                taxId?: string;
            };
            /** Format: date-time */
            createdAt: string;
            customerId?: string;
            id: string;
            /** @description Whether it is the default for shipping or billing */
            isDefault: boolean;
            label?: string;
            /** Format: date-time */
            updatedAt: string;
        };
        /** Format: email */
        Email: string;
        Id: string;
        Image: {
            alt: string;
            url: string;
        };
        /** @description The product of an item, as it was when it was added */
        ItemProduct: {
            /** @enum {string} */
            category: "";
            description: string;
            id: string;
            image?: components["schemas"]["Image"];
            /** @enum {string} */
            link: "";
            name: string;
            price: components["schemas"]["Money"];
            shortDescription: string;
            sku: string;
            tags: {
                label: string;
                variant: string;
            }[];
            /** @enum {string} */
            type: "PHYSICAL";
        };
        Metadata: {
            [key: string]: unknown;
        };
        /** @description An amount of money, in units of the currency */
        Money: {
            /** @description An ISO 4217 code */
            currency: string;
            value: number;
        };
        Operations: {
            "DELETE /carts/{cartId}": Record<string, never>;
            "DELETE /carts/{cartId}/items/{itemId}": {
                answer: components["schemas"]["Cart"];
            };
            "DELETE /carts/{cartId}/promotions/{code}": {
                answer: components["schemas"]["Cart"];
            };
            "DELETE /customers/addresses/{id}": {
                answer: null;
            };
            "DELETE /payments/sessions/{id}": Record<string, never>;
            "GET /carts": Record<string, never>;
            "GET /carts/{cartId}": {
                answer: components["schemas"]["Cart"];
            };
            "GET /carts/current": Record<string, never>;
            "GET /checkout/{cartId}/shipping-options": {
                answer: {
                    data: components["schemas"]["ShippingOption"][];
                    total: number;
                };
            };
            "GET /checkout/{cartId}/summary": {
                answer: components["schemas"]["CheckoutSummary"];
            };
            "GET /customers/addresses": {
                answer: {
                    data: components["schemas"]["CustomerAddress"][];
                    total: number;
                };
            };
            "GET /customers/addresses/{id}": {
                answer: components["schemas"]["CustomerAddress"];
            };
            "GET /orders": {
                answer: {
                    data: components["schemas"]["Order"][];
                    total: number;
                };
            };
            "GET /orders/{id}": {
                answer: components["schemas"]["Order"];
            };
            "GET /payments/providers": {
                answer: {
                    data: components["schemas"]["PaymentProvider"][];
                    total: number;
                };
            };
            "GET /payments/sessions/{id}": Record<string, never>;
            "GET /products": {
                answer: {
                    data: components["schemas"]["Product"][];
                    total: number;
                };
            };
            "GET /products/{id}": {
                answer: components["schemas"]["ProductDetail"];
            };
            "GET /products/{id}/variants/{variantId}/related-products": {
                answer: {
                    data: components["schemas"]["RelatedProduct"][];
                    total: number;
                };
            };
            "GET /resources/assets": {
                answer: {
                    data: components["schemas"]["Asset"][];
                    total?: number;
                };
            };
            "GET /resources/assets/{id}": {
                answer: components["schemas"]["Asset"];
            };
            "GET /resources/assets/{id}/compatible-services": {
                answer: {
                    data: components["schemas"]["VariantProduct"][];
                    total: number;
                };
            };
            "GET /resources/services": {
                answer: {
                    data: components["schemas"]["Service"][];
                    total: number;
                };
            };
            "GET /resources/services/{id}": {
                answer: components["schemas"]["Service"];
            };
            "GET /resources/services/featured": {
                answer: {
                    data: components["schemas"]["VariantProduct"][];
                    total: number;
                };
            };
            "PATCH /carts/{cartId}": {
                answer: components["schemas"]["Cart"];
                body: components["schemas"]["UpdateCart"];
            };
            "PATCH /carts/{cartId}/items/{itemId}": {
                answer: components["schemas"]["Cart"];
                body: components["schemas"]["UpdateCartItem"];
            };
            "PATCH /customers/addresses/{id}": {
                answer: components["schemas"]["CustomerAddress"];
                body: components["schemas"]["UpdateAddress"];
            };
            "PATCH /payments/sessions/{id}": Record<string, never>;
            "POST /carts": {
                answer: components["schemas"]["Cart"];
                body: components["schemas"]["CreateCart"];
            };
            "POST /carts/{cartId}/promotions": {
                answer: components["schemas"]["Cart"];
                body: components["schemas"]["ApplyPromotion"];
            };
            "POST /carts/items": {
                answer: components["schemas"]["Cart"];
                body: components["schemas"]["AddCartItem"];
            };
            "POST /checkout/{cartId}/addresses": {
                answer: components["schemas"]["Cart"];
                body: components["schemas"]["SetAddresses"];
            };
            "POST /checkout/{cartId}/complete": {
                answer: {
                    order?: components["schemas"]["Order"];
                    paymentRedirectUrl?: string;
                };
                body: components["schemas"]["CompleteCheckout"];
            };
            "POST /checkout/{cartId}/payment": {
                answer: components["schemas"]["PaymentSession"];
                body: components["schemas"]["SetPayment"];
            };
            "POST /checkout/{cartId}/place-order": {
                answer: {
                    order?: components["schemas"]["Order"];
                    paymentRedirectUrl?: string;
                };
                body: components["schemas"]["PlaceOrder"];
            };
            "POST /checkout/{cartId}/shipping-method": {
                answer: components["schemas"]["Cart"];
                body: components["schemas"]["SetShippingMethod"];
            };
            "POST /customers/addresses": {
                answer: components["schemas"]["CustomerAddress"];
                body: components["schemas"]["CreateAddress"];
            };
            "POST /customers/addresses/{id}/default": {
                answer: components["schemas"]["CustomerAddress"];
            };
            "POST /payments/sessions": {
                answer: components["schemas"]["PaymentSession"];
                body: components["schemas"]["CreatePaymentSession"];
            };
            "POST /resources/{id}/purchase": Record<string, never>;
        };
        /** @description An option of a product, such as its size */
        OptionGroup: {
            id: string;
            title: string;
            values: string[];
        };
        Order: {
            billingAddress?: components["schemas"]["AddressAnswer"];
            /** Format: date-time */
            createdAt: string;
            currency: string;
            customerId?: string;
            discountTotal: components["schemas"]["Money"];
            email?: string;
            id: string;
            items: {
                data: components["schemas"]["OrderItem"][];
                total: number;
            };
            /** @enum {string} */
            paymentStatus: "UNKNOWN" | "NOT_PAID" | "PENDING" | "CAPTURED" | "PARTIALLY_REFUNDED" | "REFUNDED" | "REQUIRES_ACTION" | "FAILED";
            shippingAddress?: components["schemas"]["AddressAnswer"];
            shippingMethods: components["schemas"]["ShippingMethod"][];
            shippingSubtotal: components["schemas"]["Money"];
            shippingTotal: components["schemas"]["Money"];
            /** @enum {string} */
            status: "UNKNOWN" | "PENDING" | "COMPLETED" | "ARCHIVED" | "CANCELLED" | "REQUIRES_ACTION";
            subtotal: components["schemas"]["Money"];
            tax: components["schemas"]["Money"];
            total: components["schemas"]["Money"];
            /** Format: date-time */
            updatedAt: string;
        };
        OrderItem: {
            currency: string;
            discountTotal: components["schemas"]["Money"];
            id: string;
            price: components["schemas"]["Money"];
            product: components["schemas"]["ItemProduct"];
            /** @description The id of the variant */
            productId: string;
            quantity: number;
            subtotal: components["schemas"]["Money"];
            total: components["schemas"]["Money"];
            /** @enum {string} */
            unit: "PCS";
        };
        PaymentMethod: {
            description?: string;
            id: string;
            name: string;
        };
        PaymentProvider: {
            config: {
                [key: string]: unknown;
            };
            id: string;
            /** @enum {boolean} */
            isEnabled: true;
            name: string;
            requiresRedirect: boolean;
            type: string;
        };
        PaymentSession: {
            cartId: string;
            clientSecret?: string;
            id: string;
            /** @description What the payment provider adds */
            metadata?: {
                [key: string]: unknown;
            };
            providerId: string;
            redirectUrl?: string;
            /** @enum {string} */
            status: "PENDING" | "AUTHORIZED" | "CAPTURED" | "CANCELLED" | "FAILED";
        };
        PlaceOrder: {
            email?: components["schemas"]["Email"];
        };
        /** @description The price of one piece */
        Price: {
            /** @description An ISO 4217 code */
            currency: string;
            value: number;
        };
        /** @description A product in a list */
        Product: {
            category: string;
            description: string;
            id: string;
            image?: components["schemas"]["Image"];
            images?: components["schemas"]["Image"][];
            /** @description The path of the product's page */
            link: string;
            name: string;
            price: components["schemas"]["Price"];
            shortDescription?: string;
            sku: string;
            subtitle?: string;
            tags: components["schemas"]["Tag"][];
            /** @enum {string} */
            type: "PHYSICAL" | "VIRTUAL";
            /** @description The variant that represents the product */
            variantId: string;
            variants?: components["schemas"]["ProductVariant"][];
        };
        /** @description A product, as one of its variants */
        ProductDetail: {
            attributes?: {
                height?: string;
                hs_code?: string;
                length?: string;
                material?: string;
                mid_code?: string;
                origin_country?: string;
                weight?: string;
                width?: string;
            };
            category: string;
            description: string;
            id: string;
            image?: components["schemas"]["Image"];
            images?: components["schemas"]["Image"][];
            /** @description The path of the variant's page */
            link: string;
            name: string;
            optionGroups?: components["schemas"]["OptionGroup"][];
            price: components["schemas"]["Price"];
            shortDescription: string;
            sku: string;
            subtitle?: string;
            tags: components["schemas"]["Tag"][];
            /** @enum {string} */
            type: "PHYSICAL" | "VIRTUAL";
            /** @description The variant that is shown */
            variantId: string;
            variants?: components["schemas"]["ProductVariant"][];
        };
        ProductVariant: {
            id: string;
            inStock: boolean;
            link: string;
            /** @description The values of the variant, by the ids of the options */
            options?: {
                [key: string]: unknown;
            };
            slug: string;
            title: string;
        };
        Promotion: {
            code: string;
            id: string;
            name: string;
            /** @enum {string} */
            type?: "FIXED_AMOUNT" | "PERCENTAGE" | "FREE_SHIPPING";
            /** @description An amount, or a percentage */
            value: string;
        };
        RelatedProduct: {
            category: string;
            description: string;
            id: string;
            image: components["schemas"]["Image"];
            images?: components["schemas"]["Image"][];
            link: string;
            name: string;
            price: components["schemas"]["Price"];
            shortDescription?: string;
            sku: string;
            subtitle?: string;
            tags: components["schemas"]["Tag"][];
            /** @enum {string} */
            type: "PHYSICAL" | "VIRTUAL";
            variantId: string;
        };
        Service: {
            /** @enum {string} */
            __typename: "Service";
            assets: components["schemas"]["Asset"][];
            /** @enum {string} */
            billingAccountId: "";
            contract: {
                endDate?: unknown;
                id?: unknown;
                /** @enum {string} */
                paymentPeriod: "ONE_TIME" | "MONTHLY" | "YEARLY" | "WEEKLY";
                price: {
                    currency?: string;
                    value: number;
                };
                startDate?: unknown;
                /** @enum {string} */
                status: "ACTIVE" | "EXPIRED" | "INACTIVE";
                /** @enum {string} */
                type: "";
            };
            id?: unknown;
            product: {
                attributes?: {
                    height?: string;
                    hs_code?: string;
                    length?: string;
                    material?: string;
                    mid_code?: string;
                    origin_country?: string;
                    weight?: string;
                    width?: string;
                };
                category?: string;
                description?: string;
                id?: string;
                image?: components["schemas"]["Image"];
                images?: components["schemas"]["Image"][];
                link?: string;
                name?: string;
                optionGroups?: components["schemas"]["OptionGroup"][];
                price?: {
                    currency: string;
                    value: number;
                };
                shortDescription?: string;
                sku?: string;
                subtitle?: string;
                tags?: components["schemas"]["Tag"][];
                /** @enum {string} */
                type?: "PHYSICAL" | "VIRTUAL";
                variantId?: string;
                variants?: components["schemas"]["ProductVariant"][];
            };
        };
        SetAddresses: {
            billingAddress?: components["schemas"]["Address"];
            billingAddressId?: components["schemas"]["Id"];
            email?: components["schemas"]["Email"];
            notes?: string;
            sameAsBillingAddress?: boolean;
            shippingAddress?: components["schemas"]["Address"];
            shippingAddressId?: components["schemas"]["Id"];
        };
        SetPayment: {
            cancelUrl?: string;
            metadata?: components["schemas"]["Metadata"];
            providerId: components["schemas"]["Id"];
            returnUrl: string;
        };
        SetShippingMethod: {
            shippingOptionId: components["schemas"]["Id"];
        };
        ShippingMethod: {
            description: string;
            id: string;
            name: string;
            subtotal: components["schemas"]["Money"];
            total: components["schemas"]["Money"];
        };
        ShippingOption: {
            description?: string;
            id: string;
            name: string;
            subtotal?: components["schemas"]["Money"];
            total: components["schemas"]["Money"];
        };
        Tag: {
            label: string;
            /** @enum {string} */
            variant: "default";
        };
        UpdateAddress: {
            address?: {
                apartment?: string;
                city?: string;
                companyName?: string;
                country?: components["schemas"]["Country"];
                district?: string;
                firstName?: string;
                lastName?: string;
                phone?: string;
                postalCode?: string;
                region?: string;
                streetName?: string;
                streetNumber?: string;
                taxId?: string;
            };
            isDefault?: boolean;
            label?: string;
        };
        UpdateCart: {
            email?: components["schemas"]["Email"];
            metadata?: components["schemas"]["Metadata"];
            notes?: string;
            regionId?: components["schemas"]["Id"];
        };
        UpdateCartItem: {
            metadata?: components["schemas"]["Metadata"];
            quantity?: number;
        };
        VariantProduct: {
            attributes?: {
                height?: string;
                hs_code?: string;
                length?: string;
                material?: string;
                mid_code?: string;
                origin_country?: string;
                weight?: string;
                width?: string;
            };
            category?: string;
            description?: string;
            id?: string;
            image?: components["schemas"]["Image"];
            images?: components["schemas"]["Image"][];
            /** @description The path of the variant's page */
            link?: string;
            name?: string;
            optionGroups?: components["schemas"]["OptionGroup"][];
            price?: components["schemas"]["Price"];
            shortDescription?: string;
            sku?: string;
            subtitle?: string;
            tags?: components["schemas"]["Tag"][];
            /** @enum {string} */
            type?: "PHYSICAL" | "VIRTUAL";
            /** @description The variant that is shown */
            variantId?: string;
            variants?: components["schemas"]["ProductVariant"][];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
